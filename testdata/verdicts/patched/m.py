"""A replaced `asyncio.create_task` keeps what is made through that attribute."""

import asyncio
from asyncio import create_task

plain = asyncio.create_task
KEPT = set()


def keeping(coro, **options):
    task = plain(coro, **options)  # -> held container
    KEPT.add(task)
    task.add_done_callback(KEPT.discard)
    return task


asyncio.create_task = keeping


def start(work):
    asyncio.create_task(work())  # -> held factory
    create_task(work())  # -> dropped discarded
