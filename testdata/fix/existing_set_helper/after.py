import asyncio
from typing import Any, TypeVar

_Task = TypeVar("_Task", bound="asyncio.Task[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done; the event loop keeps weak references only."""
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


_tasks: set[asyncio.Task[Any]] = set()


async def work(number: int) -> int:
    return number


def start(number: int) -> None:
    task = asyncio.create_task(work(number))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def main() -> None:
    print([_keep_task(asyncio.create_task(work(number))) for number in range(3)])
