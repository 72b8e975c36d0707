import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work() -> None:
    await asyncio.sleep(1)


async def comments() -> None:
    a = asyncio.create_task(work())
    _background_tasks.add(a)
    a.add_done_callback(_background_tasks.discard)
    b = asyncio.create_task(work())  # noqa: E501
    _background_tasks.add(b)
    b.add_done_callback(_background_tasks.discard)
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    c = asyncio.create_task(work())  # ruff: ignore[E501]
    _background_tasks.add(c)
    c.add_done_callback(_background_tasks.discard)

    # It ends by itself.
    background_task = asyncio.create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
