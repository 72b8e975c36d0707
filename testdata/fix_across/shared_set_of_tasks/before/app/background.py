import asyncio
from typing import Any

_running: set[asyncio.Task[Any]] = set()


async def work() -> int:
    return 1


def start() -> None:
    task = asyncio.create_task(work())
    _running.add(task)
    task.add_done_callback(_running.discard)
