"""Tasks made while a module is imported."""

import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work():
    pass


loop = asyncio.new_event_loop()
_keep_task(loop.create_task(work()))  # expect: UND001

for _ in range(3):
    _keep_task(loop.create_task(work()))  # expect: UND001

loop.run_forever()
