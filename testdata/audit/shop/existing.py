"""Futures that exist already: what gathers them makes no task."""

import asyncio


async def load() -> None:
    print(await asyncio.to_thread(open, "list"))


def until_closed(loop: asyncio.AbstractEventLoop, close) -> None:
    forever = asyncio.gather(loop.create_future(), return_exceptions=True)
    forever.add_done_callback(lambda _: close())


def until_opened(loop: asyncio.AbstractEventLoop, opened) -> None:
    future = loop.create_future()
    opened(asyncio.gather(future))


def until_told(loop: asyncio.AbstractEventLoop, told) -> None:
    """Of the second there is a task."""
    future = loop.create_future()
    told(asyncio.gather(future, load()))  # -> low unsure


def until_read(futures, read) -> None:
    """They may be coroutines."""
    first, second = futures
    both = asyncio.gather(first, second)  # -> low unsure
    both.add_done_callback(lambda _: read())
