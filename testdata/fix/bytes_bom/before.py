import asyncio


async def f(x):
    asyncio.create_task(x("é"))