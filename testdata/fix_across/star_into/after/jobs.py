import asyncio as _asyncio
from asyncio import get_running_loop
from typing import Any as _Any
from typing import TypeVar as _TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[_asyncio.Future[_Any]] = set()
_Task = _TypeVar("_Task", bound="_asyncio.Future[_Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(item) -> None: ...


def submit(items):
    loop = get_running_loop()
    for item in items:
        print(items(), _keep_task(loop.create_task(work(item))))
