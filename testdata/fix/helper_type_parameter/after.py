import asyncio
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()


def _keep_task[T: asyncio.Future[Any]](task: T) -> T:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work() -> None:
    await asyncio.sleep(1)


async def main() -> None:
    _keep_task(asyncio.create_task(work()))
