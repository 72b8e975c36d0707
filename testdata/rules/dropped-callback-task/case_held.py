"""Callbacks whose task is kept, or whose caller cannot be seen."""

import asyncio

_tasks = set()


async def work(*args):
    await asyncio.sleep(1)


def keep():
    task = asyncio.create_task(work())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def kept_inside(loop: asyncio.AbstractEventLoop):
    loop.call_soon(keep)
    loop.call_soon(lambda: _tasks.add(asyncio.create_task(work())))


async def unknown(registry):
    registry.subscribe(lambda: asyncio.create_task(work()))
    registry.on("event", asyncio.create_task)


async def asked_for():
    make = lambda: asyncio.create_task(work())
    await make()
