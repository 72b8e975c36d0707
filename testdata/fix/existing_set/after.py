import asyncio

_tasks = set()
stt_tasks: "set[asyncio.Task]" = set()


def old(x):
    task = asyncio.create_task(x())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def f(x):
    task = asyncio.create_task(x())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    x_task = asyncio.create_task(x())
    _tasks.add(x_task)
    x_task.add_done_callback(_tasks.discard)
    print(x_task)
