import asyncio

from compat import create_task

_background_tasks: "set[asyncio.Task[object]]" = set()


async def work(): ...


async def start():
    background_task = create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    task = create_task(work(), name="second")
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    background_task_2 = create_task(work())
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    print(background_task_2)
