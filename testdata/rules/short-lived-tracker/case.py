"""Tasks in containers that do not keep them."""

import asyncio
import weakref
from weakref import WeakSet, WeakValueDictionary

_weak = weakref.WeakSet()


async def work(*args):
    await asyncio.sleep(1)


async def local_list(items):
    tasks = []
    for item in items:
        tasks.append(asyncio.create_task(work(item)))  # expect: UND003


async def local_dict(names):
    tasks = {}
    for name in names:
        tasks[name] = asyncio.create_task(work(name))  # expect: UND003


async def comprehension(items):
    tasks = [asyncio.create_task(work(i)) for i in items]  # expect: UND003


async def counted(items):
    tasks = [asyncio.create_task(work(i)) for i in items]  # expect: UND003
    print(len(tasks))


async def weak_statement():
    _weak.add(asyncio.create_task(work()))  # expect: UND003


class Pool:
    def __init__(self):
        self._tasks = WeakSet()
        self._by_name = WeakValueDictionary()

    def start(self):
        self._tasks.add(asyncio.create_task(work()))  # expect: UND003

    def start_named(self, name):
        self._by_name[name] = asyncio.create_task(work())  # expect: UND003


async def named_first(items):
    tasks = set()
    for item in items:
        task = asyncio.create_task(work(item))  # expect: UND003
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def named_and_weak():
    task = asyncio.create_task(work())  # expect: UND003
    task.set_name("weak")
    _weak.add(task)
