import asyncio
from typing import Any

_background_tasks: set[asyncio.Task[Any]] = set()


async def count() -> int:
    return 1


async def other() -> None:
    asyncio.create_task(count())
