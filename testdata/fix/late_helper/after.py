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


async def work(): ...


async def main(flag=False):
    running = flag or _keep_task(asyncio.create_task(work()))
    _keep_task(asyncio.create_task(work()))


asyncio.run(main())

_kept = set()


def keep(task):
    _kept.add(task)
    task.add_done_callback(_kept.discard)
    return task
