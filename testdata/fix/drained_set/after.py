import asyncio

# Strong references: the event loop keeps only weak ones.
_detached_tasks: set[asyncio.Task[object]] = set()

_background_tasks: "set[asyncio.Task[None]]" = set()


def old(x):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def close():
    for task in _background_tasks:
        task.cancel()
    await asyncio.gather(*_background_tasks)


def f(x):
    task = asyncio.create_task(x())
    _detached_tasks.add(task)
    task.add_done_callback(_detached_tasks.discard)
