import asyncio


def go(coroutine):
    return asyncio.create_task(coroutine)  # -> held returned
