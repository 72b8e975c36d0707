"""What helpers, and objects of other classes, do with a task: less than to keep or to await it."""

import asyncio
import logging

log = logging.getLogger(__name__)


async def count(name: str) -> float:
    return 1 / len(await asyncio.to_thread(str.upper, name))


class Logged:
    """A helper of its callback only reads the exception."""

    def start(self, name: str) -> None:
        self._counting = asyncio.create_task(count(name))  # -> low unawaited
        self._counting.add_done_callback(self._counted)

    def close(self) -> None:
        self._counting.cancel()

    def _counted(self, task: asyncio.Task[float]) -> None:
        self._report(task)

    @staticmethod
    def _report(task: asyncio.Task[float]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("not counted", exc_info=error)


class Finished:
    """A helper of its callback gives the task to another task, which awaits it."""

    def start(self, name: str) -> None:
        self._counting = asyncio.create_task(count(name))  # -> none | failure: unknown
        self._counting.add_done_callback(self._counted)

    def close(self) -> None:
        self._counting.cancel()

    def _counted(self, task: asyncio.Task[float]) -> None:
        self._finish(task)

    def _finish(self, task: asyncio.Task[float]) -> None:
        self._finishing = asyncio.ensure_future(self._wait_for(task))  # -> none

    async def _wait_for(self, task: asyncio.Task[float]) -> None:
        print(await task)
