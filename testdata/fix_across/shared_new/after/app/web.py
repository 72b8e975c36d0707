"""Relative imports."""

from __future__ import annotations

import asyncio
import concurrent.futures
from typing import TYPE_CHECKING, Any

from . import jobs
from .background import keep_task

if TYPE_CHECKING:
    from .jobs import Job

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()


async def start(job: Job):
    keep_task(asyncio.create_task(jobs.work()))
    unread = keep_task(asyncio.create_task(jobs.work()))
    keep_task(asyncio.create_task(jobs.work())).add_done_callback(print)


def from_thread(loop: asyncio.AbstractEventLoop):
    future = asyncio.run_coroutine_threadsafe(jobs.work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
