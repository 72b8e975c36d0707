"""`from asyncio import *`."""

import asyncio
from asyncio import *

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    await sleep(1)


async def main():
    task = create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = ensure_future(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
