"""Futures of another thread's loop, made by functions of the project."""

import asyncio

import anyio.to_thread


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


async def waited_for_in_a_thread(coro, loop, pool):
    future = asyncio.run_coroutine_threadsafe(coro, loop)  # -> held awaited
    await asyncio.to_thread(future.result)
    other = asyncio.run_coroutine_threadsafe(coro, loop)  # -> held awaited
    await asyncio.to_thread(other.result, 5)
    third = asyncio.run_coroutine_threadsafe(coro, loop)  # -> held awaited
    await anyio.to_thread.run_sync(third.result)
    fourth = asyncio.run_coroutine_threadsafe(coro, loop)  # -> held awaited
    await asyncio.get_running_loop().run_in_executor(pool, fourth.exception)
    fifth = asyncio.run_coroutine_threadsafe(coro, loop)  # -> unsure argument
    await asyncio.to_thread(fifth.done)
    sixth = asyncio.run_coroutine_threadsafe(coro, loop)  # -> unsure argument
    await asyncio.to_thread(print, sixth)
    seventh = asyncio.run_coroutine_threadsafe(coro, loop)  # -> unsure argument
    pool.submit(seventh.result)
