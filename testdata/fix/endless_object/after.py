import asyncio
import concurrent.futures
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()
_background_futures: set[concurrent.futures.Future[Any]] = set()


class Ticker:
    def __init__(self, loop):
        self.loop = loop
        self.is_open = True

    def start(self):
        task = asyncio.create_task(self._run())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    def start_on_loop(self):
        future = asyncio.run_coroutine_threadsafe(self._follow(), self.loop)
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)

    def start_flagged(self):
        task = asyncio.create_task(self._poll(), name="poll")
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    def start_once(self):
        task = asyncio.create_task(self._refresh())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    def start_reading(self, reader):
        task = asyncio.create_task(self._read(reader))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    def start_function(self):
        task = asyncio.create_task(run_for_good())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    async def _run(self):
        while True:
            await self._refresh()

    async def _poll(self):
        while self.is_open:
            await self._refresh()

    async def _follow(self):
        await self._run()

    async def _read(self, reader):
        while True:
            if not await reader.read():
                break
        async for _ in reader:
            await self._refresh()

    async def _refresh(self):
        for _ in range(3):
            await asyncio.sleep(1)


async def run_for_good():
    while True:
        await asyncio.sleep(1)
