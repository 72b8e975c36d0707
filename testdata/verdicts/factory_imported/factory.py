"""A factory that stores."""

import asyncio

TASKS = set()


def factory(loop, coro, **kwargs):
    task = asyncio.Task(coro, loop=loop, **kwargs)  # -> held container
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)
    return task


def install(loop):
    loop.set_task_factory(factory)
