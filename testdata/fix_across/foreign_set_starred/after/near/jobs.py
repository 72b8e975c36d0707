import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

tasks: set[asyncio.Task[None]] = set()


async def work(): ...


def keep():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def start():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
