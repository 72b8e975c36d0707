"""A replaced spawner."""

import asyncio

TASKS = set()
_create_task = asyncio.create_task


def create_task(coro, **kw):
    task = _create_task(coro, **kw)  # -> held container
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)
    return task


asyncio.create_task = create_task
