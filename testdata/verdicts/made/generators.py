"""Generators of the project that wait for the tasks they are given."""

import asyncio
import contextlib


async def as_done(tasks):
    pending = set(tasks)
    while pending:
        done, pending = await asyncio.wait(pending, return_when="FIRST_COMPLETED")
        for task in done:
            yield task


async def in_turn(*tasks):
    for task in tasks:
        yield await task


async def names(tasks):
    for task in tasks:
        yield task.get_name()


@contextlib.asynccontextmanager
async def managed(tasks):
    yield
    await asyncio.gather(*tasks)  # -> held awaited


async def gone_through(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> held gathered
    async for task in as_done(tasks):
        print(task.result())


async def gone_through_at_once(works):
    return [r async for r in in_turn(*[asyncio.create_task(w()) for w in works])]  # -> held gathered


async def handed_on(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> held gathered
    async for task in as_done(tasks):
        yield task


async def left_early(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> unsure argument
    async for task in as_done(tasks):
        if task.result():
            break


async def returned_early(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> unsure argument
    async for task in as_done(tasks):
        if task.result():
            return task


async def never_gone_through(works):
    as_done([asyncio.create_task(w()) for w in works])  # -> unsure argument


async def kept_elsewhere(works):
    results = as_done([asyncio.create_task(w()) for w in works])  # -> unsure argument
    return await anext(results)


async def looked_at(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> unsure argument
    async for name in names(tasks):
        print(name)


async def entered(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> unsure argument
    async with managed(tasks):
        print(works)


async def gone_through_by_another(works):
    tasks = [asyncio.create_task(w()) for w in works]  # -> unsure argument
    return (r async for r in in_turn(*tasks))
