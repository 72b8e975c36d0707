"""Tasks in containers that do not keep them."""

import asyncio
import weakref
from weakref import WeakValueDictionary

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


async def weak_statement():
    _weak.add(asyncio.create_task(work()))  # expect: UND003


class Pool:
    def __init__(self):
        self._by_name = WeakValueDictionary()

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
