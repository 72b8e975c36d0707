import asyncio


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned
