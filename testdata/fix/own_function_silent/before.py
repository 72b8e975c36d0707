import asyncio

tasks = set()


def spawn(coro):
    task = asyncio.create_task(coro)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def f(x):
    asyncio.create_task(x())
    t = asyncio.create_task(x())
    t.add_done_callback(print)
