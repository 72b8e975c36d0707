import asyncio


async def work() -> int:
    return 1


async def is_plain() -> None:
    first: asyncio.Future[int] = asyncio.create_task(work())


async def is_task() -> None:
    first: asyncio.Task[int] | None = asyncio.create_task(work())
