import asyncio
import concurrent.futures
from typing import Any

from framework import Service

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()
_background_futures: set[concurrent.futures.Future[Any]] = set()


async def work(): ...


class Drained:
    def __init__(self):
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        work_task = asyncio.create_task(work())
        self._tasks.add(work_task)
        work_task.add_done_callback(self._tasks.discard)
        asyncio.create_task(self.aclose())

    async def aclose(self):
        await asyncio.gather(*self._tasks)


def function():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


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
        future = asyncio.run_coroutine_threadsafe(work(), self.loop)
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)
