import asyncio
from typing import Any

_tasks: set[asyncio.Task[Any]] = set()


async def work(number: int) -> int:
    return number


def start(number: int) -> None:
    task = asyncio.create_task(work(number))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def main() -> None:
    asyncio.gather(work(1), work(2))
