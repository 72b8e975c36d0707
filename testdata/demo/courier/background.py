"""Housekeeping, with a helper that keeps what it starts."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)
_running: set[asyncio.Task[Any]] = set()


def _spawn_bg(coro: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    task = asyncio.create_task(coro)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def vacuum() -> None:
    await asyncio.sleep(1)
    log.info("the database is smaller now")


async def rotate_logs() -> None:
    await asyncio.sleep(1)
    log.info("the log begins anew")


async def housekeeping() -> None:
    _spawn_bg(vacuum())
    asyncio.create_task(rotate_logs())
