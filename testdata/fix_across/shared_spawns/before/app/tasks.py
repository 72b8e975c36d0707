import asyncio

_tasks = set()


def spawn(coro, *, name=None):
    task = asyncio.create_task(coro, name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def work(): ...
