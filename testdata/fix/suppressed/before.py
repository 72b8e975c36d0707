import asyncio


async def f(x):
    asyncio.create_task(x())  # noqa: RUF006
    asyncio.create_task(x())  # noqa: E501, RUF006
    asyncio.create_task(x())  # undangle: ignore[UND001]
    asyncio.create_task(x())  # noqa
    asyncio.create_task(x())  # noqa: RUF006 - we want this
    asyncio.create_task(x())  # type: ignore  # noqa: RUF006


async def above(x):
    # undangle: ignore[UND001]
    asyncio.create_task(x())
    # A word about why.
    # undangle: ignore
    asyncio.create_task(x())
