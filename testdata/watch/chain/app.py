"""A task that several functions pass on to the one that drops it."""

import asyncio
import gc


def start(coro):
    return asyncio.create_task(coro)  # -> passed-on


def start_named(coro):
    return start(coro)  # -> passed-on


def start_checked(coro):
    return start_named(coro)  # -> passed-on


def launch(coro):
    return start_checked(coro)  # -> passed-on


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def main():
    launch(wait_forever())  # -> lost
    kept = launch(wait_forever())  # -> held
    await asyncio.sleep(0)
    gc.collect()
    print(kept.cancel())


asyncio.run(main())
