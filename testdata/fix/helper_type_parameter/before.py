import asyncio


async def work() -> None:
    await asyncio.sleep(1)


async def main() -> None:
    asyncio.create_task(work())
