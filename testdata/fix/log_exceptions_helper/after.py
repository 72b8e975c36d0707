"""A helper keeps the tasks, so it has their failures logged."""

import asyncio
import logging
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _log_task_exception(task: asyncio.Future[Any]) -> None:
    """Log the failure of a task that nobody awaits."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None:
        logging.getLogger(__name__).error("%r failed", task, exc_info=exception)


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(_log_task_exception)
    return task


async def work() -> None:
    await asyncio.sleep(1)


def start() -> None:
    _keep_task(asyncio.create_task(work()))
    return _keep_task(asyncio.ensure_future(work())) and None
