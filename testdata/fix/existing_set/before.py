import asyncio

_tasks = set()
stt_tasks: "set[asyncio.Task]" = set()


def old(x):
    task = asyncio.create_task(x())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def f(x):
    asyncio.create_task(x())
    print(asyncio.create_task(x()))
