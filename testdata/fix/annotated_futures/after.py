import asyncio
from asyncio import Future
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()


async def work(n=0): ...


async def bound_as_a_future():
    update: Future[Any] = asyncio.ensure_future(work())
    _background_tasks.add(update)
    update.add_done_callback(_background_tasks.discard)
    update.add_done_callback(print)


async def bound_as_a_task():
    other: asyncio.Task[None] = asyncio.create_task(work())
    _background_tasks.add(other)
    other.add_done_callback(_background_tasks.discard)
    other.add_done_callback(print)


async def bound_as_nothing():
    future: "asyncio.Future[None]" = asyncio.ensure_future(work())
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
