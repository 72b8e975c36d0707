import asyncio
from asyncio import Future
from typing import Any


async def work(n=0): ...


async def bound_as_a_future():
    update: Future[Any] = asyncio.ensure_future(work())
    update.add_done_callback(print)


async def bound_as_a_task():
    other: asyncio.Task[None] = asyncio.create_task(work())
    other.add_done_callback(print)


async def bound_as_nothing():
    _: "asyncio.Future[None]" = asyncio.ensure_future(work())
