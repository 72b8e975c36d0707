import asyncio


def launch(coroutine):
    return asyncio.create_task(coroutine)  # -> held returned
