import asyncio
from collections.abc import Coroutine
from typing import Any

_tasks: set[asyncio.Task[None]] = set()


def spawn(coro: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(coro)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def push(name: str) -> None:
    await asyncio.sleep(1)


async def count() -> int:
    return 1


async def main(name: str) -> None:
    asyncio.create_task(push(name))
    asyncio.create_task(count())
