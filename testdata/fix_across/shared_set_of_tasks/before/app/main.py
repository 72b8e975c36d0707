import asyncio

from app.background import work


async def main() -> None:
    asyncio.create_task(work())
    asyncio.gather(work(), work())
