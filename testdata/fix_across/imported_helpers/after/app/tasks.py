import asyncio

_tasks = set()
_pending_tasks = set()


def spawn(coro, *, name=None):
    task = asyncio.create_task(coro, name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


def hold(future):
    _tasks.add(future)
    future.add_done_callback(_tasks.discard)
    return future


async def work(): ...


def drained():
    task = asyncio.create_task(work())
    _pending_tasks.add(task)
    task.add_done_callback(_pending_tasks.discard)
