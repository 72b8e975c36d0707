"""Functions that wait for what they make, or give it out, as their callers want."""

import asyncio


class Manager:
    def __init__(self, loop):
        self._loop = loop

    def run(self, coro, wait=True, timeout=None):
        future = asyncio.run_coroutine_threadsafe(coro, self._loop)  # -> held returned
        if wait:
            return future.result(timeout)
        return future

    async def spawn(self, coro, wait=False):
        task = asyncio.create_task(coro)  # -> held returned
        if wait:
            return await task
        return task

    def run_if_closed(self, coro):
        future = asyncio.run_coroutine_threadsafe(coro, self._loop)  # -> held returned
        if self._loop.closed:
            return future.result()
        return future


async def start(manager: Manager, work, flag):
    manager.run(work())
    manager.run(work(), wait=False)  # -> dropped wrapper
    manager.run(work(), False)  # -> dropped wrapper
    manager.run(work(), flag)  # -> unsure conditional
    manager.run(work(), wait=False).result()  # -> held awaited
    await manager.spawn(work())  # -> dropped wrapper
    await manager.spawn(work(), wait=True)
    manager.run_if_closed(work())  # -> unsure conditional
