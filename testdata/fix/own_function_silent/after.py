import asyncio

tasks = set()


def spawn(coro):
    task = asyncio.create_task(coro)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def f(x):
    spawn(x())
    t = asyncio.create_task(x())
    tasks.add(t)
    t.add_done_callback(tasks.discard)
    t.add_done_callback(print)
