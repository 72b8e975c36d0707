import asyncio

_tasks = set()


def keep(task):
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def work(): ...


def own():
    keep(asyncio.create_task(work()))
