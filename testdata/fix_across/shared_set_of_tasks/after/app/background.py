import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


_running: set[asyncio.Task[Any]] = set()


async def work() -> int:
    return 1


def start() -> None:
    task = asyncio.create_task(work())
    _running.add(task)
    task.add_done_callback(_running.discard)
