import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

pending_tasks = set()


async def work(): ...


def start():
    task = asyncio.create_task(work())
    pending_tasks.add(task)
    task.add_done_callback(pending_tasks.discard)
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
