"""A task factory that stores its tasks keeps them all."""

import asyncio

KEPT = set()


def storing(loop, coro, **options):
    task = asyncio.Task(coro, loop=loop, **options)  # -> held container
    KEPT.add(task)
    task.add_done_callback(KEPT.discard)
    return task


async def main(work):
    asyncio.get_running_loop().set_task_factory(storing)
    asyncio.create_task(work())  # -> held factory
    asyncio.get_running_loop().create_task(work())  # -> held factory
