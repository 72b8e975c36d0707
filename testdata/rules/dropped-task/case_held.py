"""Tasks that somebody keeps, and tasks about which it cannot be told."""

import asyncio
import contextlib

from elsewhere import take

_running = set()
_last = None


async def work(*args):
    await asyncio.sleep(1)


async def waited_for(items):
    await asyncio.create_task(work())
    await asyncio.gather(*[asyncio.create_task(work(i)) for i in items])
    await asyncio.wait_for(asyncio.create_task(work()), 1)
    await asyncio.gather(asyncio.create_task(work()), return_exceptions=True)
    done, pending = await asyncio.wait([asyncio.create_task(work())])
    for task in pending:
        task.cancel()
    task = asyncio.create_task(work())
    await task


def returned():
    return asyncio.create_task(work())


def returned_with_a_branch(flag):
    return asyncio.create_task(work()) if flag else None


def yielded():
    yield asyncio.create_task(work())


async def stored(mapping):
    global _last
    _last = asyncio.create_task(work())
    mapping["task"] = asyncio.create_task(work())
    mapping.task = asyncio.create_task(work())


async def tracked():
    task = asyncio.create_task(work())
    _running.add(task)
    task.add_done_callback(_running.discard)


async def read_in_finally():
    task = asyncio.create_task(work())
    try:
        await work()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def cannot_be_told():
    take(asyncio.create_task(work()))


async def run_forever():
    beat = asyncio.create_task(work())
    while True:
        await asyncio.sleep(1)


def run_to_the_end():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(loop.create_task(work()))


async def in_a_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(work())
    async with asyncio.TaskGroup() as loop:
        loop.create_task(work())
