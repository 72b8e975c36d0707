"""A task of every end. The comment behind a site says what a watched run shows about it."""

import asyncio
import gc
import threading


class Worker:
    def __init__(self):
        self._tasks = set()

    def start(self):
        task = asyncio.create_task(pause())  # -> held
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Orphan:
    """Its task refers to it, and nothing else does: they are collected together."""

    def start(self):
        self._task = asyncio.create_task(self.run())  # -> held-but-lost

    async def run(self):
        await wait_forever()


async def pause():
    await asyncio.sleep(0.01)


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def fail():
    raise ValueError("é")


def spawn(coro):
    return asyncio.create_task(coro)  # -> passed-on


def from_thread(loop):
    asyncio.run_coroutine_threadsafe(pause(), loop)  # -> never-lost


async def main():
    loop = asyncio.get_running_loop()
    asyncio.create_task(wait_forever())  # -> lost
    loop.create_task(wait_forever())  # -> lost
    spawn(wait_forever())  # -> lost
    "é", asyncio.ensure_future(wait_forever())  # -> lost
    asyncio.create_task(wait_forever()).set_name("chained")  # -> lost
    Orphan().start()
    worker = Worker()
    worker.start()
    asyncio.create_task(pause())  # -> never-lost
    asyncio.create_task(fail())  # -> never-lost
    seen = asyncio.create_task(fail())  # -> held
    cancelled = asyncio.create_task(wait_forever())  # -> held
    left = asyncio.create_task(wait_forever())  # -> never-lost
    async with asyncio.TaskGroup() as group:
        group.create_task(pause())  # -> held
    thread = threading.Thread(target=from_thread, args=(loop,))
    thread.start()
    gc.collect()
    await asyncio.gather(seen, return_exceptions=True)
    await asyncio.gather(pause(), pause())  # -> held
    cancelled.cancel()
    await asyncio.sleep(0.05)
    thread.join()
    print(left.done())
    if left.done():
        asyncio.create_task(pause())  # -> not-seen


asyncio.run(main())
