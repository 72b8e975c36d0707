"""A replaced method of the loop that calls the one it replaces, and keeps what that makes."""

import asyncio

_all = set()
_original = asyncio.BaseEventLoop.create_task


def _kept(self, *args, **kwargs):
    task = _original(self, *args, **kwargs)  # -> held container
    _all.add(task)
    return task


asyncio.BaseEventLoop.create_task = _kept


async def main(work):
    asyncio.create_task(work())  # -> held factory
