"""Failures are logged by the module's own logger."""

import asyncio
import logging

logger = logging.getLogger(__name__)


async def work() -> None:
    await asyncio.sleep(1)


def start(loud: bool) -> None:
    asyncio.create_task(work())
    if loud:
        task = asyncio.create_task(work(), name="loud")
        task.add_done_callback(print)


def _log_telemetry_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception():
        logger.error("no telemetry: %r", task.exception())
