"""One site for each rule of the risk, and for each thing that keeps a task from it."""

import asyncio
from dataclasses import dataclass
import logging

_listed: list[asyncio.Task[None]] = []
_tasks: set[asyncio.Task[None]] = set()
_drained: set[asyncio.Task[None]] = set()


async def once() -> None:
    """Do one thing."""
    try:
        await asyncio.sleep(1)
    except Exception:
        logging.exception("once")


async def fails() -> None:
    """Do one thing that may fail."""
    print(await asyncio.to_thread(open, "list"))


async def forever() -> None:
    """Do one thing, again and again."""
    while True:
        try:
            await asyncio.to_thread(print, "again")
        except Exception:
            logging.exception("forever")


async def forever_failing() -> None:
    while True:
        print(await asyncio.to_thread(open, "list"))


async def deaf() -> None:
    while True:
        try:
            await asyncio.sleep(1)
        except BaseException:
            logging.exception("deaf")


def dropped() -> None:
    asyncio.create_task(once())  # -> high dropped


def unsure(registry) -> None:
    registry.take(asyncio.create_task(once()))  # -> low unsure


async def swallowed() -> None:
    task = asyncio.create_task(deaf())  # -> high swallowed
    await task


def unstopped() -> None:
    _listed.append(asyncio.create_task(once()))  # -> low unstopped


def released() -> None:
    task = asyncio.create_task(once())  # -> none
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def lost() -> None:
    _drained.add(asyncio.create_task(fails()))  # -> low lost


def fine() -> None:
    _drained.add(asyncio.create_task(once()))  # -> none


async def drain() -> None:
    for task in _drained:
        task.cancel()
    await asyncio.wait(_drained, timeout=5)


class Endless:
    def start(self) -> None:
        self._task = asyncio.create_task(forever())  # -> medium endless


class Uncalled:
    def start(self) -> None:
        self._task = asyncio.create_task(forever())  # -> medium uncalled

    async def _finish(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task], timeout=5)


class LostWorker:
    def start(self) -> None:
        self._task = asyncio.create_task(forever_failing())  # -> medium lost-worker

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task], timeout=5)


class Unawaited:
    def start(self) -> None:
        self._task = asyncio.create_task(forever())  # -> low unawaited

    def close(self) -> None:
        self._task.cancel()


class Fine:
    def start(self) -> None:
        self._task = asyncio.create_task(forever())  # -> none

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(fails())  # -> none
    await asyncio.create_task(fails())  # -> none
    try:
        fine()
    finally:
        await drain()


if __name__ == "__main__":
    asyncio.run(main())


async def announce(event: str, *arguments: object) -> asyncio.Task[None]:
    """Start what an event asks for."""
    return asyncio.create_task(once())  # -> none


async def announced() -> None:
    await announce("started")  # -> high dropped


def predict() -> None:
    """It waits on the thread of the loop that has to run the task."""
    loop = asyncio.get_running_loop()
    future = asyncio.run_coroutine_threadsafe(once(), loop)  # -> high blocks-loop
    future.result()


def ask(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(once(), loop)  # -> none
    future.result()


async def ask_in_thread() -> None:
    loop = asyncio.get_running_loop()

    def wait() -> None:
        asyncio.run_coroutine_threadsafe(once(), loop).result()  # -> none

    await asyncio.to_thread(wait)


class Client:
    """The loop is that of the object, whose methods other threads call."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def ask(self) -> None:
        asyncio.run_coroutine_threadsafe(once(), self._loop).result()  # -> none

    def ask_through(self, loop: asyncio.AbstractEventLoop | None = None):
        chosen = loop or asyncio.get_running_loop()
        asyncio.run_coroutine_threadsafe(once(), chosen).result()  # -> none
        running = asyncio.get_running_loop()
        return lambda: asyncio.run_coroutine_threadsafe(
            once(), running
        ).result()  # -> none


@dataclass
class Feed:
    name: str
    lines: asyncio.Queue[str | None]
    pages: asyncio.Queue[str | None]


def open_feed(name: str) -> Feed:
    return Feed(name=name, lines=asyncio.Queue(), pages=asyncio.Queue(maxsize=5))


def close_feed(feed: Feed, loop: asyncio.AbstractEventLoop) -> None:
    """What a field gets from each constructor call says whether a put can wait."""
    asyncio.run_coroutine_threadsafe(feed.lines.put(None), loop)  # -> low never-waits
    asyncio.run_coroutine_threadsafe(feed.pages.put(None), loop)  # -> high dropped
