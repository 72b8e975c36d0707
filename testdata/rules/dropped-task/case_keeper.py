"""A module with a helper that keeps what it is given."""

import asyncio

_tasks = set()


def _spawn_bg(coro):
    task = asyncio.create_task(coro)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def work():
    pass


async def main():
    _spawn_bg(work())
    asyncio.create_task(work())  # expect: UND001
    asyncio.create_task(work(), name="work")  # expect: UND001
