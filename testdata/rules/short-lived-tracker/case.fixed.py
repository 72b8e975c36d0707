"""Tasks in containers that do not keep them."""

import asyncio
import weakref
from weakref import WeakValueDictionary

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

_weak = weakref.WeakSet()


async def work(*args):
    await asyncio.sleep(1)


async def local_list(items):
    tasks = []
    for item in items:
        task = asyncio.create_task(work(item))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        tasks.append(task)  # expect: UND003


async def local_dict(names):
    tasks = {}
    for name in names:
        task = asyncio.create_task(work(name))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        tasks[name] = task  # expect: UND003


async def weak_statement():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    _weak.add(task)  # expect: UND003


class Pool:
    def __init__(self):
        self._by_name = WeakValueDictionary()

    def start_named(self, name):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        self._by_name[name] = task  # expect: UND003


async def named_first(items):
    tasks = set()
    for item in items:
        task = asyncio.create_task(work(item))  # expect: UND003
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def named_and_weak():
    task = asyncio.create_task(work())  # expect: UND003
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.set_name("weak")
    _weak.add(task)
