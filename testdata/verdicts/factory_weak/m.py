"""What is made under this factory, or replaced spawner."""

import asyncio
import weakref

TASKS = weakref.WeakSet()


def factory(loop, coro, **kwargs):
    task = asyncio.Task(coro, loop=loop, **kwargs)  # -> held returned
    TASKS.add(task)
    return task


async def main(work):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    asyncio.create_task(work())  # -> dropped discarded
