"""What is kept may be a future, or another thread's."""

import asyncio
import concurrent.futures
from logging import getLogger
from typing import Any

# Strong references: the event loop keeps only weak ones.
_detached_tasks: set[asyncio.Future[Any]] = set()
_background_futures: set[concurrent.futures.Future[Any]] = set()


def _log_task_exception(task: asyncio.Future[Any]) -> None:
    """Log the failure of a task that nobody awaits."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None:
        log.error("%r failed", task, exc_info=exception)


def _log_future_exception(future: concurrent.futures.Future[Any]) -> None:
    """Log the failure of a future that nobody waits for."""
    if future.cancelled():
        return
    exception = future.exception()
    if exception is not None:
        log.error("%r failed", future, exc_info=exception)


log = getLogger("futures")
_background_tasks: set[asyncio.Task[object]] = set()


async def work() -> None:
    await asyncio.sleep(1)


def start() -> None:
    future = asyncio.gather(work(), work())
    _detached_tasks.add(future)
    future.add_done_callback(_detached_tasks.discard)
    future.add_done_callback(_log_task_exception)


def start_from_a_thread(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    future.add_done_callback(_log_future_exception)
