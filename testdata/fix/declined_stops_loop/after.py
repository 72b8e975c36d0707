import asyncio
import concurrent.futures
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()
_background_futures: set[concurrent.futures.Future[Any]] = set()


class Bridge:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.worker = None

    def close(self):
        asyncio.run_coroutine_threadsafe(self._shutdown(), self.loop)

    def close_politely(self):
        future = asyncio.run_coroutine_threadsafe(self._say_goodbye(), self.loop)
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)

    def on_signal(self):
        coroutine = self._shutdown()
        self.loop.create_task(coroutine)

    def on_other_signal(self):
        self.loop.call_soon(self.loop.create_task, self._shutdown())

    def both(self):
        asyncio.gather(self._say_goodbye(), stop_soon(1), loop=self.loop)

    def rest(self):
        future = asyncio.run_coroutine_threadsafe(self._rest(), self.loop)
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)

    def later(self):
        task = self.loop.create_task(self._stop_later())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    async def _shutdown(self):
        await self._say_goodbye()
        self.loop.stop()

    async def _stop_later(self):
        self.loop.call_soon(lambda: self.loop.stop())

    async def _say_goodbye(self):
        await asyncio.sleep(0)

    async def _rest(self):
        self.worker.stop()
        self.update_loop.stop()

    @every(seconds=5)
    async def update_loop(self):
        await asyncio.sleep(0)


async def stop_soon(delay):
    await asyncio.sleep(delay)
    asyncio.get_running_loop().stop()


def on_key(key):
    if key == "q":
        asyncio.ensure_future(stop_soon(1))
