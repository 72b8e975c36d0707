import asyncio

from compat import create_task

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


async def start():
    work_task = create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    task = create_task(work(), name="second")
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    background_task = create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    print(background_task)
