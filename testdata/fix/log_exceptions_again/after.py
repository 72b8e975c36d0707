"""A callback that logs failures is there already."""

import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def report(task: "asyncio.Task[object]") -> None:
    if not task.cancelled() and task.exception():
        logging.error("failed: %r", task.exception())


async def work() -> None:
    await asyncio.sleep(1)


def start() -> None:
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(report)
