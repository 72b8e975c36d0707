"""Tasks thrown away in the middle of an expression, and beside one."""

import asyncio
from typing import Any, TypeVar

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


async def expression(items):
    [_keep_task(asyncio.create_task(work(item))) for item in items]  # expect: UND001
    print(f"{_keep_task(asyncio.create_task(work()))}")  # expect: UND001
    if _keep_task(asyncio.create_task(work())):  # expect: UND001
        pass


async def statement():
    _keep_task(asyncio.create_task(work()))  # expect: UND001
