"""What is made under this factory, or replaced spawner."""

import asyncio

TASKS = set()
original = asyncio.BaseEventLoop.create_task


def create_task(self, coro, **kw):
    task = original(self, coro, **kw)  # -> held container
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)
    return task


asyncio.BaseEventLoop.create_task = create_task


async def main(work):
    asyncio.create_task(work())  # -> held factory
