import asyncio


async def work(n=0): ...


async def ends():
    while True:
        if await work():
            break
    asyncio.create_task(work())


async def is_bounded(items):
    for item in items:
        asyncio.create_task(work(item))
    while items:
        await items.pop()


async def inner():
    async def forever():
        while True:
            await asyncio.sleep(1)

    asyncio.create_task(work())


def log_event(loop, event):
    if loop.is_running():
        asyncio.create_task(work())
    else:
        loop.run_forever()


def log_at_once(loop, event):
    if loop.is_running():
        asyncio.create_task(work())
    else:
        loop.run_until_complete(work())
