import asyncio

from framework import Service


async def work(): ...


class Drained:
    def __init__(self):
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        asyncio.create_task(work())
        asyncio.create_task(self.aclose())

    async def aclose(self):
        await asyncio.gather(*self._tasks)


def function():
    asyncio.create_task(work())


class Threaded(Service):
    def __init__(self, loop):
        super().__init__()
        self._tasks: set[asyncio.Task[None]] = set()
        self.loop = loop

    async def start(self):
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def schedule(self):
        asyncio.run_coroutine_threadsafe(work(), self.loop)
