import asyncio

_background_tasks: set[asyncio.Task[None]] = set()


async def push(name: str) -> None:
    await asyncio.sleep(1)


async def same(name: str) -> None:
    asyncio.create_task(push(name))
    asyncio.create_task(asyncio.sleep(1))
