"""What runs in the task of a wrapper, which may be a coroutine function itself."""

import asyncio
import logging

_spawned: set[asyncio.Task[None]] = set()


async def work(name: str = "") -> None:
    print(await asyncio.to_thread(open, name))


async def spawn(name: str, coro) -> asyncio.Task[None]:
    task = asyncio.create_task(coro, name=name)  # -> none
    _spawned.add(task)
    task.add_done_callback(_spawned.discard)
    return task


async def guarding(coro) -> None:
    try:
        await coro
    except Exception:
        logging.exception("guarding")


def spawn_guarded(coro, name: str) -> asyncio.Task[None]:
    task = asyncio.create_task(guarding(coro), name=name)  # -> none | failure: handled
    _spawned.add(task)
    task.add_done_callback(_spawned.discard)
    return task


def spawn_logged(coro) -> None:
    async def run() -> None:
        try:
            await coro
        except Exception:
            logging.exception("run")

    task = asyncio.create_task(run())  # -> none | failure: handled
    _spawned.add(task)
    task.add_done_callback(_spawned.discard)


def spawn_named(coro, *, name: str) -> asyncio.Task[None]:
    return asyncio.create_task(name=name, coro=guarding(coro=coro))  # -> none


async def wrapped(key: str) -> None:
    await spawn(key, work(key))  # -> none | failure: logged
    await spawn(key.upper(), work(key))  # -> none | coroutine: work
    spawn_guarded(work(key), key)
    spawn_logged(work(key))
    named = spawn_named(name=key, coro=work(key))  # -> low unstopped | coroutine: work
    _spawned.add(named)


async def make(coro) -> asyncio.Task[None]:
    return asyncio.create_task(coro)  # -> none


class Crew:
    """Awaiting a wrapper that is a coroutine function gives its task, and waits for nothing else."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()

    async def spawn(self, coro) -> None:
        task = await make(coro)  # -> none | stop: nothing
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def hire(self, name: str) -> None:
        await self.spawn(work(name))  # -> none | stop: nothing


class Pool:
    """A second set has the task, too, so what is done with the first is not all."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.pending: set[asyncio.Task[None]] = set()

    async def spawn(self, coro) -> None:
        task = await make(coro)  # -> none | stop: unknown
        self._add(task)

    def _add(self, task: asyncio.Task[None]) -> None:
        self.tasks.add(task)
        self.pending.add(task)

    async def hire(self, name: str) -> None:
        await self.spawn(work(name))  # -> none | stop: unknown

    def close(self) -> None:
        for task in self.pending:
            task.cancel()


async def make_pair(name: str) -> list[asyncio.Task[None]]:
    first = asyncio.create_task(work(name))  # -> none
    return [first, asyncio.create_task(work(name.upper()))]  # -> none


async def pair(name: str) -> None:
    """The wrapper runs here, and not in a task."""
    tasks = await make_pair(name)  # -> none | coroutine: unknown
    await asyncio.wait(tasks)
