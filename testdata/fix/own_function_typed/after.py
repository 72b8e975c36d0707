import asyncio
from collections.abc import Coroutine
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

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
    spawn(push(name))
    task = asyncio.create_task(count())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
