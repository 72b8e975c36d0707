import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def spawn(coro):
    task = asyncio.create_task(coro)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def spawn_named(coro, name):
    task = spawn(coro)
    task.set_name(name)
    return task


async def spawn_soon(coro):
    await asyncio.sleep(0)
    task = asyncio.create_task(coro)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def spawn_all(coros):
    return [asyncio.create_task(coro) for coro in coros]


def spawn_one_of(first, second, which):
    if which:
        task = asyncio.create_task(first)
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return task
    background_task = asyncio.create_task(second)
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    return background_task
