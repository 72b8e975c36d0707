import asyncio


async def f(x):
    asyncio.create_task(x())  # noqa: RUF006
    asyncio.create_task(x())
