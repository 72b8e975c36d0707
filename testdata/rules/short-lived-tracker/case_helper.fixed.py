"""Tasks in containers that do not keep them, where a call needs a helper function."""

import asyncio
from typing import Any, TypeVar
from weakref import WeakSet

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(*args):
    await asyncio.sleep(1)


async def comprehension(items):
    tasks = [_keep_task(asyncio.create_task(work(i))) for i in items]  # expect: UND003


async def counted(items):
    tasks = [_keep_task(asyncio.create_task(work(i))) for i in items]  # expect: UND003
    print(len(tasks))


class Pool:
    def __init__(self):
        self._tasks = WeakSet()

    def start(self):
        self._tasks.add(_keep_task(asyncio.create_task(work())))  # expect: UND003
