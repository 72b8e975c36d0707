import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def f(x):
    task = asyncio.create_task(x("é"))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)