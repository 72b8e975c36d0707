"""asyncio imported inside functions only."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


async def one():
    import asyncio

    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def two():
    from asyncio import create_task

    task = create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
