"""Jobs that run on their own, again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

log = logging.getLogger(__name__)


class Scheduler:
    """Runs one job at an interval until it is stopped."""

    def __init__(self, job: Callable[[], Awaitable[None]], interval: float) -> None:
        self._job = job
        self._interval = interval
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts the loop, once."""
        if self._task is not None and not self._task.done():
            return
        self._task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        """Cancels the loop and waits until it is gone."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    async def _loop(self) -> None:
        """Run the job at its interval, whatever becomes of the last run."""
        while True:
            try:
                await self._job()
            except Exception:
                log.exception("the job failed")
            await asyncio.sleep(self._interval)
