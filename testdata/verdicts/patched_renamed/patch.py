"""Replaces a method without a name of its class or of the object."""

import asyncio

from pools import pool as jobs

KEPT = set()


def keeping(coro):
    task = asyncio.create_task(coro)  # -> held container
    KEPT.add(task)
    task.add_done_callback(KEPT.discard)


jobs.spawn = keeping
