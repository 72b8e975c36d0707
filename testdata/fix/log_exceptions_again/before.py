"""A callback that logs failures is there already."""

import asyncio
import logging


def report(task: "asyncio.Task[object]") -> None:
    if not task.cancelled() and task.exception():
        logging.error("failed: %r", task.exception())


async def work() -> None:
    await asyncio.sleep(1)


def start() -> None:
    asyncio.create_task(work())
