import asyncio

_tasks: set[asyncio.Task[None]] = set()


async def work(): ...


def keep():
    task = asyncio.create_task(work())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def start():
    asyncio.create_task(work())
