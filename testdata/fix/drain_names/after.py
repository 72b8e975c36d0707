"""Names that are taken, and lines that are too long."""

import asyncio
import logging
from typing import Any, TypeVar

from fastapi import FastAPI

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _log_task_exception(task: asyncio.Future[Any]) -> None:
    """Log the failure of a task that nobody awaits."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None:
        logging.getLogger(__name__).error(
            "%r failed", task, exc_info=exception
        )


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(_log_task_exception)
    return task


async def _drain_pending_2() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in pending
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, own_pending = await asyncio.wait(
            tasks, timeout=5
        )
        for task in own_pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await asyncio.sleep(0)


async def _drain_background_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in _background_tasks
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await asyncio.sleep(0)


app = FastAPI()
pending: set[asyncio.Task[None]] = set()


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


def start() -> None:
    task = asyncio.create_task(poll())
    pending.add(task)
    task.add_done_callback(pending.discard)


def again() -> None:
    _keep_task(asyncio.create_task(poll()))


def _drain_pending() -> None:
    pending.clear()


@app.on_event("shutdown")
async def close(
    reason: str = "",
) -> None:
    await _drain_pending_2()
    await _drain_background_tasks()
    print(reason)
