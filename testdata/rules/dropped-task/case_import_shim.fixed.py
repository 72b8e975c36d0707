"""Spawners behind a try, and behind a name of the module's own."""

import asyncio

try:
    from asyncio import create_task
except ImportError:
    from asyncio import ensure_future as create_task

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

spawn = asyncio.create_task


async def work():
    pass


async def main():
    task = create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = spawn(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
