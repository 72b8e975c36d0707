"""What is made under this factory, or replaced spawner."""

import asyncio


def factory(loop, coro, **kwargs):
    return asyncio.Task(coro, loop=loop, **kwargs)  # -> held returned


async def main(work):
    asyncio.get_running_loop().set_task_factory(factory)
    asyncio.create_task(work())  # -> dropped discarded
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
