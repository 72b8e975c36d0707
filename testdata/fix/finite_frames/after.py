import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(n=0): ...


async def ends():
    while True:
        if await work():
            break
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def is_bounded(items):
    for item in items:
        task = asyncio.create_task(work(item))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    while items:
        await items.pop()


async def inner():
    async def forever():
        while True:
            await asyncio.sleep(1)

    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


def log_event(loop, event):
    if loop.is_running():
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        loop.run_forever()


def log_at_once(loop, event):
    if loop.is_running():
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        loop.run_until_complete(work())
