"""Where the coroutine of a task comes from."""

import asyncio
import inspect


async def send(host: str) -> None:
    await asyncio.to_thread(print, host)


async def receive(host: str) -> None:
    await asyncio.to_thread(input, host)


def exchange(host: str, *, write: bool) -> None:
    if write:
        work = send(host)
    else:
        work = receive(host)
    asyncio.create_task(work)  # -> high dropped | coroutine: send or receive


def exchange_twice(host: str, loop: asyncio.AbstractEventLoop) -> None:
    work = send(host)
    asyncio.run_coroutine_threadsafe(work, loop)  # -> high dropped | coroutine: send
    work = receive(host)
    asyncio.run_coroutine_threadsafe(work, loop)  # -> high dropped | coroutine: receive


class Line:
    """A private method with one caller, and one that returns what it calls."""

    def _start(self, work, host: str) -> None:
        asyncio.create_task(work(host))  # -> high dropped | coroutine: send

    def open(self, host: str) -> None:
        self._start(send, host)

    def exchange(self, host: str):
        return receive(host)

    def listen(self, host: str) -> None:
        asyncio.create_task(self.exchange(host))  # -> high dropped | coroutine: receive


def as_coroutine(work):
    """It may give back what it is given."""
    if inspect.iscoroutinefunction(work):
        return work

    async def run(host: str) -> None:
        await asyncio.to_thread(work, host)

    return run


def work_on(work, host: str) -> None:
    function = as_coroutine(work)
    asyncio.create_task(
        function(host)
    )  # -> high dropped | coroutine: function | cancellation: unknown


async def wait_limited(host: str, limit: float | None) -> None:
    awaitable = send(host)
    if limit is not None:
        awaitable = asyncio.wait_for(awaitable, limit)
    task = asyncio.ensure_future(awaitable)  # -> none | coroutine: send
    await task
