import asyncio
from typing import Optional


async def work() -> int:
    return 1


async def declares() -> None:
    first: asyncio.Future[int] | None = asyncio.create_task(work())
    second: Optional[asyncio.Future[int]] = asyncio.create_task(work())
