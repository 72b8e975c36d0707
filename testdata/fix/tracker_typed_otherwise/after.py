import asyncio

# Strong references: the event loop keeps only weak ones.
_detached_tasks: set[asyncio.Task[object]] = set()

_background_tasks: set[asyncio.Task[None]] = set()


async def count() -> int:
    return 1


async def other() -> None:
    task = asyncio.create_task(count())
    _detached_tasks.add(task)
    task.add_done_callback(_detached_tasks.discard)
