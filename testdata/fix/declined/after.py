import asyncio
import threading


async def work(n=0): ...


class A:
    asyncio.create_task(work())

    def __del__(self):
        asyncio.create_task(work())

    def f(self, t=asyncio.get_event_loop().create_task(work())):
        assert asyncio.create_task(work())
        print(f"{asyncio.create_task(work())=}")

    def g(self):
        threading.Thread(target=self.in_thread).start()

    def in_thread(self):
        asyncio.create_task(work())


def spawn(x):
    return asyncio.create_task(x)


def h():
    spawn(work())


class T(threading.Thread):
    def run(self):
        asyncio.create_task(work())


class OfItsOwn(threading.Thread):
    def run(self):
        loop = None
        try:
            loop = asyncio.new_event_loop()
            loop.create_task(work())
            asyncio.ensure_future(work(), loop=loop)
            loop.run_until_complete(work())
        finally:
            loop.close()


class Looped(base.Looped):
    def __init__(self):
        self.loop = asyncio.get_running_loop()

    def inherited(self, app):
        self.loop.call_soon(self.loop.create_task, work())
        app.loop.call_soon(app.loop.create_task, work())
