"""Where one call needs the helper function, all tasks of the file are kept by it."""

import asyncio
import concurrent.futures
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")
_background_futures: set[concurrent.futures.Future[Any]] = set()


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(n=0):
    await asyncio.sleep(n)


def report(task):
    print(task)


async def statement():
    _keep_task(asyncio.create_task(work()))


async def bound():
    task = _keep_task(asyncio.create_task(work()))
    task.add_done_callback(report)


async def chain():
    _keep_task(asyncio.create_task(work())).add_done_callback(report)


async def branch(flag):
    _keep_task(asyncio.create_task(work())) if flag else None


async def argument():
    print(_keep_task(asyncio.create_task(work())))


def callback(loop):
    loop.call_soon(lambda: _keep_task(asyncio.create_task(work())))


def other_thread(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
