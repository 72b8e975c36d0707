"""A lambda as the factory, which hands what it makes to a function that keeps it."""

import asyncio

_all = set()


def keep(task):
    _all.add(task)
    return task


async def main(work):
    asyncio.get_running_loop().set_task_factory(
        lambda loop, coro, **kwargs: keep(asyncio.Task(coro, loop=loop, **kwargs))  # -> held argument
    )
    asyncio.create_task(work())  # -> held factory
