import asyncio


async def all_of(first, second):
    return await asyncio.gather(first, second)


def start(coro):
    return asyncio.create_task(coro)
