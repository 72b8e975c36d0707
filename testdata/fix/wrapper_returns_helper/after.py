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


def either(coro, other):
    return (
        _keep_task(asyncio.create_task(coro))
        if coro
        else _keep_task(asyncio.create_task(other))
    )


async def work():
    await asyncio.sleep(0)


async def main():
    either(None, work())
