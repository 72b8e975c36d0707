"""Relative imports."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from . import jobs

if TYPE_CHECKING:
    from .jobs import Job


async def start(job: Job):
    asyncio.create_task(jobs.work())
    unread = asyncio.create_task(jobs.work())
    asyncio.create_task(jobs.work()).add_done_callback(print)


def from_thread(loop: asyncio.AbstractEventLoop):
    asyncio.run_coroutine_threadsafe(jobs.work(), loop)
