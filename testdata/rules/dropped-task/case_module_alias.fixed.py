"""`import asyncio` under another name."""

import asyncio as aio
import asyncio.tasks

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[aio.Task[object]] = set()


async def work():
    await aio.sleep(1)


async def main():
    task = aio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = aio.get_running_loop().create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.tasks.create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
