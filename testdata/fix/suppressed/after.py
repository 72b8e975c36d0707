import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def f(x):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    x_task = asyncio.create_task(x())  # noqa: E501
    _background_tasks.add(x_task)
    x_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.create_task(x())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task_2 = asyncio.create_task(x())  # noqa
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    background_task_3 = asyncio.create_task(x())  # we want this
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
    background_task_4 = asyncio.create_task(x())  # type: ignore
    _background_tasks.add(background_task_4)
    background_task_4.add_done_callback(_background_tasks.discard)


async def above(x):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    # A word about why.
    x_task = asyncio.create_task(x())
    _background_tasks.add(x_task)
    x_task.add_done_callback(_background_tasks.discard)
