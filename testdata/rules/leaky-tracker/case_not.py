"""Containers that tasks leave, that take a few tasks once, or that go with their object."""

import asyncio
import weakref
from collections import deque

_discarded = set()
_swept = []
_at_start = []
_exported = set()
_weak = weakref.WeakSet()
_last = deque(maxlen=10)
_named = {}


async def work(*args):
    await asyncio.sleep(1)


def spawn(coro):
    task = asyncio.create_task(coro)
    _discarded.add(task)
    task.add_done_callback(_discarded.discard)
    return task


def sweep(coro):
    global _swept
    _swept.append(asyncio.create_task(coro))
    _swept = [task for task in _swept if not task.done()]


async def startup(settings):
    for port in settings.ports:
        _at_start.append(asyncio.create_task(work(port)))


def export(coro):
    _exported.add(asyncio.create_task(coro))
    return _exported


def forgetful(coro):
    task = asyncio.create_task(coro)
    _weak.add(task)
    _last.append(task)
    _named["last"] = task


class Batch:
    def __init__(self):
        self.tasks = []

    def add(self, coro):
        self.tasks.append(asyncio.create_task(coro))

    async def wait(self):
        return await asyncio.gather(*self.tasks)


class Pool:
    def __init__(self):
        self.workers = []

    def grow(self):
        self.workers.append(asyncio.create_task(work()))

    async def stop(self):
        for worker in self.workers:
            worker.cancel()


class Base:
    def __init__(self):
        self._tasks = set()

    def handle(self, request):
        self._tasks.add(asyncio.create_task(work(request)))


class Derived(Base):
    def done(self, task):
        self._tasks.discard(task)


class Open:
    def __init__(self):
        self.open_tasks = set()

    def handle(self, request):
        self.open_tasks.add(asyncio.create_task(work(request)))


def close(something):
    something.open_tasks.clear()


async def few(items):
    tasks = []
    for item in items:
        tasks.append(asyncio.create_task(work(item)))
    await asyncio.gather(*tasks)


async def rounds(queue):
    while True:
        tasks = []
        for item in await queue.get():
            tasks.append(asyncio.create_task(work(item)))
        await asyncio.gather(*tasks)


async def batch(requests):
    sent = []
    async for request in requests:
        sent.append(asyncio.create_task(work(request)))
    return await asyncio.gather(*sent)


async def batch_in_turn(queue):
    handled = []
    while True:
        item = await queue.get()
        if item is None:
            break
        handled.append(asyncio.create_task(work(item)))
    for task in handled:
        await task
