"""Values with a star outside of brackets (Python 3.8 and later)."""

import asyncio


async def work():
    await asyncio.sleep(1)


async def assigned(first):
    values = first, *[work]
    asyncio.create_task(work())  # expect: UND001
    return *values, *(first or [])


async def yielded(first):
    yield first, *{work}
    asyncio.create_task(work())  # expect: UND001


async def looped(first):
    for _ in *[first], work:
        asyncio.create_task(work())  # expect: UND001
