import asyncio as aio


async def f(x):
    aio.create_task(x())
