import asyncio


async def work(): ...


async def start():
    asyncio.create_task(work())
