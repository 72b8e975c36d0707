import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

_tasks: set[asyncio.Task[None]] = set()


async def work(): ...


def start():
    task = asyncio.create_task(work())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
