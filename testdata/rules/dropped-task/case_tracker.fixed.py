"""A module that keeps some of its tasks already."""

import asyncio

_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


async def kept():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def forgotten():
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
