import asyncio

tasks: set[asyncio.Task[None]] = set()


async def work(): ...


def keep():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def start():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.discard)
