"""Containers that outlive the call, are waited for, or are given away."""

import asyncio

_tasks = set()
_lists = {}


async def work(*args):
    await asyncio.sleep(1)


async def waited_for(items):
    tasks = []
    for item in items:
        tasks.append(asyncio.create_task(work(item)))
    await asyncio.gather(*tasks)


async def waited_for_one_by_one(items):
    tasks = [asyncio.create_task(work(i)) for i in items]
    for task in tasks:
        await task


async def as_completed(items):
    tasks = {asyncio.create_task(work(i)): i for i in items}
    for done in asyncio.as_completed(tasks):
        await done


async def returned(items):
    tasks = [asyncio.create_task(work(i)) for i in items]
    return tasks


async def global_set():
    task = asyncio.create_task(work())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def global_list(name):
    _lists.setdefault(name, []).append(asyncio.create_task(work()))


class Pool:
    def __init__(self):
        self.tasks = []

    def start(self, items):
        tasks = [asyncio.create_task(work(i)) for i in items]
        self.tasks.extend(tasks)


async def cancelled(items):
    tasks = [asyncio.create_task(work(i)) for i in items]
    try:
        await work()
    finally:
        for task in tasks:
            task.cancel()
