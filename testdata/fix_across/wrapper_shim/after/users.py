import asyncio

from opted_out import spawn, spawn_again, spawn_both, spawn_if, spawn_soon

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


async def start():
    task = spawn(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = spawn_again(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    spawn_if(work(), True)
    spawn_both(work())
    await spawn_soon(work())
