"""Containers that are made in methods which have to do with no task."""

import asyncio
from weakref import WeakSet


async def work():
    pass


class Keeper:
    def reset(self):
        self.tasks = []
        self.seen = None

    def forget(self):
        self.weak = None if self.seen else WeakSet()

    def start(self):
        self.tasks.append(asyncio.create_task(work()))  # -> held container
        self.weak.add(asyncio.create_task(work()))  # -> dropped weak-container


class Child(Keeper):
    def start_again(self):
        self.tasks.append(asyncio.create_task(work()))  # -> held container
        self.seen = asyncio.create_task(work())  # -> held attribute
