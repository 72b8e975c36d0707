"""Failures are logged by the module's own logger."""

import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def _log_task_exception(task: asyncio.Task[object]) -> None:
    """Log the failure of a task that nobody awaits."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None:
        logger.error("%r failed", task, exc_info=exception)


logger = logging.getLogger(__name__)


async def work() -> None:
    await asyncio.sleep(1)


def start(loud: bool) -> None:
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    work_task.add_done_callback(_log_task_exception)
    if loud:
        task = asyncio.create_task(work(), name="loud")
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        task.add_done_callback(_log_task_exception)
        task.add_done_callback(print)


def _log_telemetry_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception():
        logger.error("no telemetry: %r", task.exception())
