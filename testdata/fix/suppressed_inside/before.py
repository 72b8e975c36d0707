import asyncio

async def f(x):
    asyncio.create_task(  # noqa: RUF006 - we want this
        x()
    )
