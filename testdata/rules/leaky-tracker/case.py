"""Containers that tasks go into and never come out of."""

import asyncio

_growing = set()
_iterated = set()
_started: list[asyncio.Task] = []
_by_name: dict[str, asyncio.Task] = {}


async def work(*args):
    await asyncio.sleep(1)


def spawn(coro):
    task = asyncio.create_task(coro)
    _growing.add(task)  # expect: UND101
    return task


def spawn_inline(item):
    _growing.add(asyncio.create_task(work(item)))


def watched(coro: object):
    task = asyncio.create_task(coro)
    _iterated.add(task)  # expect: UND101


def show():
    for task in _iterated:
        print(task)


async def on_message(message):
    _started.append(asyncio.create_task(work(message)))  # expect: UND101


async def on_join(name):
    _by_name[name] = asyncio.create_task(work(name))  # expect: UND101


class Server:
    def __init__(self):
        self._tasks = set()

    def handle(self, request):
        task = asyncio.create_task(work(request))
        self._tasks.add(task)  # expect: UND101

    async def stop(self):
        for task in self._tasks:
            task.cancel()


async def accept(queue):
    handlers = []
    while True:
        item = await queue.get()
        handlers.append(asyncio.create_task(work(item)))  # expect: UND101


async def wait_inside(queue):
    waited = []
    while True:
        waited.append(asyncio.create_task(work(await queue.get())))  # expect: UND101
        await asyncio.wait(waited)
