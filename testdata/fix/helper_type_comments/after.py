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


async def work(name: str, number: int = 0) -> None: ...


async def start() -> None:
    _keep_task(asyncio.create_task(work(1, 2)))  # type: ignore[arg-type]
    _keep_task(asyncio.create_task(work(1000000000, 2000000000, 3000000000)))  # type: ignore[arg-type]
    _keep_task(
        asyncio.create_task(
            work(1)  # type: ignore[arg-type]
        )
    )
