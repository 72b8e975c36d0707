"""Names imported out of asyncio."""

from asyncio import Task, create_task, get_running_loop
from asyncio import ensure_future as later

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[Task[object]] = set()


async def work():
    pass


async def main():
    task = create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = later(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = get_running_loop().create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
