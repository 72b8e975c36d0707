"""Background tasks, and who sees their failures."""

import asyncio
import logging

_tasks: set[asyncio.Task[None]] = set()
_known: set[asyncio.Task[None]] = set()
_latest: asyncio.Task[None] | None = None


async def sync(folder: str) -> None:
    print(await asyncio.to_thread(open, folder))


async def careful(folder: str) -> None:
    try:
        print(await asyncio.to_thread(open, folder))
    except Exception:
        logging.exception("not synced")


async def half(folder: str) -> None:
    prepare(folder)
    try:
        print(await asyncio.to_thread(open, folder))
    except Exception:
        logging.exception("not synced")


async def patient(folder: str) -> None:
    while True:
        await asyncio.sleep(60)
        try:
            prepare(folder)
        except Exception:
            logging.exception("not prepared")


def prepare(folder: str) -> None:
    print(folder)


def done(task: asyncio.Task[None]) -> None:
    _known.discard(task)
    if not task.cancelled() and task.exception():
        logging.error("failed")


def lost(folder: str) -> None:
    global _latest
    _latest = asyncio.create_task(sync(folder))  # expect: UND107


def logged(folder: str) -> None:
    task = asyncio.create_task(sync(folder))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def observed(folder: str) -> None:
    task = asyncio.create_task(sync(folder))
    _known.add(task)
    task.add_done_callback(done)


def unseen(folder: str, callback) -> None:
    task = asyncio.create_task(sync(folder))
    _known.add(task)
    task.add_done_callback(callback)


def handled(folder: str) -> None:
    for coroutine in (careful, half):
        print(coroutine)
    _known.add(asyncio.create_task(careful(folder)))
    _known.add(asyncio.create_task(half(folder)))
    _known.add(asyncio.create_task(patient(folder)))


class Mirror:
    def start(self, folder: str) -> None:
        self._lost = asyncio.create_task(sync(folder))  # expect: UND107
        self._awaited = asyncio.create_task(sync(folder))
        self._asked = asyncio.create_task(sync(folder))
        self._ignored = asyncio.create_task(sync(folder))  # expect: UND107

    def __await__(self):
        return self._started.__await__()

    def start_to_be_awaited(self, folder: str) -> None:
        self._started = asyncio.create_task(sync(folder))

    async def stop(self) -> None:
        self._lost.cancel()
        await self._awaited
        print(self._asked.exception())
        await asyncio.gather(self._ignored, return_exceptions=True)


async def main(folder: str) -> None:
    local = asyncio.create_task(sync(folder))
    await local
