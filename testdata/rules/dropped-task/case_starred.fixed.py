"""Values with a star outside of brackets (Python 3.8 and later)."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    await asyncio.sleep(1)


async def assigned(first):
    values = first, *[work]
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return *values, *(first or [])


async def yielded(first):
    yield first, *{work}
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def looped(first):
    for _ in *[first], work:
        task = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
