from asyncio import Future, get_running_loop
from typing import Any, TypeVar


# Strong references: the event loop keeps only weak ones.
_background_tasks: set[Future[Any]] = set()
_Task = TypeVar("_Task", bound="Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


__all__ = ["submit"]


async def work(item) -> None: ...


def submit(items):
    loop = get_running_loop()
    for item in items:
        print(items(), _keep_task(loop.create_task(work(item))))
