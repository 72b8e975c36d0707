import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def f(x):
    if x:
        task = asyncio.create_task(x())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    x_task = asyncio.create_task(x())
    _background_tasks.add(x_task)
    x_task.add_done_callback(_background_tasks.discard)
    x_task.add_done_callback(x)