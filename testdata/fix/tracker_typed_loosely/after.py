import asyncio
from typing import Any

_background_tasks: set[asyncio.Task[Any]] = set()


async def count() -> int:
    return 1


async def other() -> None:
    task = asyncio.create_task(count())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
