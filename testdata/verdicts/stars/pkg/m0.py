import asyncio

__all__ = ["spawn"]


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned
