import asyncio

_purpose: set[asyncio.Task[object]] = set()


async def work():
    f"{asyncio.create_task(work())}"
