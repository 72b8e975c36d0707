import asyncio as aio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[aio.Task[object]] = set()


async def f(x):
    task = aio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
