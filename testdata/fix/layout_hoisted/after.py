import asyncio
import weakref
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


running = weakref.WeakSet()


async def work(name: str) -> None:
    await asyncio.sleep(1)


async def main() -> None:
    running.add(
        _keep_task(
            asyncio.create_task(work("a name that is long enough"), name="another name")
        ),
    )
    task = asyncio.create_task(
        work("a name that is long enough"), name="another name of the task"
    )
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    print(
        task,
        "a task",
    )
