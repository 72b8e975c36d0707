from __future__ import annotations

from asyncio import Task, create_task, sleep
from typing import List

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[Task[object]] = set()


async def f(x: List[int]):
    task = create_task(sleep(1))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
