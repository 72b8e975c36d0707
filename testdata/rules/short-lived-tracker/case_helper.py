"""Tasks in containers that do not keep them, where a call needs a helper function."""

import asyncio
from weakref import WeakSet


async def work(*args):
    await asyncio.sleep(1)


async def comprehension(items):
    tasks = [asyncio.create_task(work(i)) for i in items]  # expect: UND003


async def counted(items):
    tasks = [asyncio.create_task(work(i)) for i in items]  # expect: UND003
    print(len(tasks))


class Pool:
    def __init__(self):
        self._tasks = WeakSet()

    def start(self):
        self._tasks.add(asyncio.create_task(work()))  # expect: UND003
