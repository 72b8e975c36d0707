"""Functions that make a task beside the one that they return, or keep: it is theirs, and not their callers'."""

import asyncio
import gc

_kept = set()


async def pause():
    await asyncio.sleep(0.01)


async def wait_forever():
    await asyncio.get_running_loop().create_future()


def spawn(coro):
    asyncio.create_task(wait_forever())  # -> lost
    return asyncio.create_task(coro)  # -> passed-on


def keep(coro):
    asyncio.create_task(wait_forever())  # -> lost
    task = asyncio.create_task(coro)  # -> held
    _kept.add(task)
    task.add_done_callback(_kept.discard)
    return task


async def main():
    task = spawn(pause())  # -> held
    keep(pause())  # -> held
    await asyncio.sleep(0)
    gc.collect()
    await task
    await asyncio.sleep(0.02)


asyncio.run(main())
