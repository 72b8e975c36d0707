"""Futures of another thread's loop, made by functions of the project."""

import asyncio


class Runner:
    def __init__(self, loop):
        self._loop = loop

    def submit(self, coro):
        return asyncio.run_coroutine_threadsafe(coro, self._loop)  # -> held returned


class Engine:
    def __init__(self, loop):
        self._runner = Runner(loop)

    def submit(self, coro):
        return self._runner.submit(coro)  # -> held returned

    def connect(self, coro):
        return self._runner.submit(coro).result()  # -> held awaited

    def connect_in_time(self, coro):
        future = self._runner.submit(coro)  # -> held awaited
        return future.result(timeout=3)

    def connect_by_two(self, coro):
        self.submit(coro).result()  # -> held awaited

    def start(self, coro):
        self._runner.submit(coro)  # -> dropped wrapper
        self.submit(coro).add_done_callback(print)  # -> dropped wrapper


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned


async def no_task_waits(coro):
    spawn(coro).result()  # -> dropped wrapper
