import asyncio
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()


async def work() -> int:
    return 1


async def is_plain() -> None:
    first: asyncio.Future[int] = asyncio.create_task(work())
    _background_tasks.add(first)
    first.add_done_callback(_background_tasks.discard)


async def is_task() -> None:
    first: asyncio.Task[int] | None = asyncio.create_task(work())
    _background_tasks.add(first)
    first.add_done_callback(_background_tasks.discard)
