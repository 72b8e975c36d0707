"""What tornado's `gen` does with tasks."""

import asyncio

from tornado import gen


async def one_by_one(works):
    tasks = gen.WaitIterator(*map(asyncio.ensure_future, works))  # -> held gathered
    while not tasks.done():
        print(await tasks.next())


async def in_order(works):
    async for result in gen.WaitIterator(*[asyncio.ensure_future(w) for w in works]):  # -> held gathered
        print(result)


async def never_waited_for(works):
    gen.WaitIterator(*[asyncio.ensure_future(w) for w in works])  # -> unsure argument


async def together(works):
    await gen.multi([asyncio.ensure_future(w) for w in works])  # -> held gathered


async def together_and_dropped(works):
    gen.multi([asyncio.ensure_future(w) for w in works])  # -> unsure argument
