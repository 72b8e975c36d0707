import asyncio

_background_tasks: set[asyncio.Task[None]] = set()


async def count() -> int:
    return 1


async def other() -> None:
    asyncio.create_task(count())
