import asyncio


def spawn(coro):
    return asyncio.create_task(coro)


def spawn_named(coro, name):
    task = spawn(coro)
    task.set_name(name)
    return task


async def spawn_soon(coro):
    await asyncio.sleep(0)
    task = asyncio.create_task(coro)
    return task


def spawn_all(coros):
    return [asyncio.create_task(coro) for coro in coros]


def spawn_one_of(first, second, which):
    if which:
        return asyncio.create_task(first)
    return asyncio.create_task(second)
