import asyncio


async def f(x, loop):
    asyncio.create_task(x())
    loop.create_task(x())
