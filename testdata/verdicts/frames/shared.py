"""Containers that something else has, too."""

import asyncio
import functools


async def work(): ...


GROUPS = {}
LAST = None


class Server:
    def __init__(self):
        self.groups = {}
        self.tasks = []

    async def one(self, key):
        tasks = self.groups[key] = set()
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def other_order(self, key):
        self.groups[key] = tasks = set()
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def in_global(self):
        global LAST
        tasks = LAST = set()
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def unpacked(self, key):
        lock, tasks = self.groups[key]
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def unpacked_call(self, key):
        lock, tasks = self.group(key)
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def unpacked_await(self, key):
        lock, tasks = await self.agroup(key)
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def unpacked_param(self, pair):
        lock, tasks = pair
        tasks.add(asyncio.create_task(work()))  # -> held container

    async def unpacked_loop(self, pairs):
        for lock, tasks in pairs:
            tasks.add(asyncio.create_task(work()))  # -> held container

    async def unpacked_literal(self):
        lock, tasks = None, set()
        tasks.add(asyncio.create_task(work()))  # -> dropped local-container

    async def two_locals(self):
        a = b = set()
        b.add(asyncio.create_task(work()))  # -> dropped local-container

    async def of_class(self):
        type(self)._task = asyncio.create_task(work())  # -> held attribute

    async def of_class_dict(self):
        type(self)._tasks["x"] = asyncio.create_task(work())  # -> held attribute

    async def dunder(self):
        self.__class__._task = asyncio.create_task(work())  # -> held attribute

    async def called_partial(self):
        functools.partial(self.tasks.append, asyncio.create_task(work()))()  # -> held container

    async def gathers_all(self):
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    async def gathers_all_lost(self):
        asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    async def nothing(self):
        tasks = set()
        tasks.add(asyncio.create_task(work()))  # -> dropped local-container

    async def partial_list(self):
        tasks = []
        functools.partial(tasks.append, asyncio.create_task(work()))()  # -> dropped local-container

    async def in_tuple(self, key):
        self.groups[key] = (asyncio.Lock(), tasks := set())
        tasks.add(asyncio.create_task(work()))  # -> dropped local-container

    async def subscript_walrus(self, key):
        if (tasks := self.groups.get(key)) is None:
            tasks = self.groups[key] = set()
        tasks.add(asyncio.create_task(work()))  # -> held container


async def starred(first):
    head, *tasks = first
    tasks.append(asyncio.create_task(work()))  # -> dropped local-container
