import asyncio
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()

_tasks: set[asyncio.Task[Any]] = set()


async def work(number: int) -> int:
    return number


def start(number: int) -> None:
    task = asyncio.create_task(work(number))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def main() -> None:
    future = asyncio.gather(work(1), work(2))
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
