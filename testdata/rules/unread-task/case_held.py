"""Names that are read, and frames that run for good."""

import asyncio


async def work(*args):
    await asyncio.sleep(1)


async def both_branches(flag):
    if flag:
        task = asyncio.create_task(work(1))
    else:
        task = asyncio.create_task(work(2))
    await task


async def in_finally():
    task = asyncio.create_task(work())
    try:
        await work()
    finally:
        task.cancel()
        await task


async def through_another_name():
    task = asyncio.create_task(work())
    alias = task
    await alias


async def closure():
    task = asyncio.create_task(work())

    async def stop():
        task.cancel()
        await task

    return stop


async def serves():
    beat = asyncio.create_task(work())
    await asyncio.Event().wait()


async def loops():
    beat = asyncio.create_task(work())
    while True:
        await asyncio.sleep(1)


async def server(app):
    beat = asyncio.create_task(work())
    listener = await asyncio.start_server(app, port=0)
    await listener.serve_forever()


async def in_a_loop(items):
    for item in items:
        task = asyncio.create_task(work(item))
        await task


def fixture():
    task = asyncio.ensure_future(work())
    yield task
    task.cancel()


async def only_sometimes(flag):
    task = asyncio.create_task(work())
    if flag:
        await task


async def passed_on(keep):
    task = asyncio.create_task(work())
    keep(task)


async def of_the_group():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        _ = group.create_task(work())


counter = asyncio.new_event_loop().create_task(work())
