# undangle: skip-file
import asyncio


def spawn(coro):
    return asyncio.create_task(coro)


def spawn_again(coro):
    return spawn(coro)


def spawn_if(coro, wanted):
    if wanted:
        return asyncio.create_task(coro)


def spawn_both(coro):
    return [asyncio.create_task(coro), asyncio.create_task(coro)]


async def spawn_soon(coro):
    return asyncio.create_task(coro)
