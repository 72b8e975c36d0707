"""Methods of the project's own classes that are named as a container's, and do what their bodies do."""

import asyncio
from abc import ABC, abstractmethod
from typing import Protocol


async def work(): ...


class Watcher:
    """It keeps nothing of what it is given."""

    def add(self, task):
        task.add_done_callback(self.on_done)

    def put_nowait(self, task):
        task.add_done_callback(self.on_done)

    def on_done(self, task):
        print(task)


class Keeper:
    """It keeps what it is given."""

    def __init__(self):
        self.kept = []

    def append(self, task):
        self.kept.append(task)


class Several(list):
    """A list as any other."""


class Service:
    def __init__(self):
        self.watcher = Watcher()
        self.keeper = Keeper()
        self.several = Several()

    def start(self):
        self.watcher.add(asyncio.create_task(work()))  # -> dropped expression
        self.watcher.put_nowait(asyncio.create_task(work()))  # -> dropped expression
        self.keeper.append(asyncio.create_task(work()))  # -> held argument
        self.several.append(asyncio.create_task(work()))  # -> held container


def start_at(watcher: Watcher):
    watcher.add(asyncio.create_task(work()))  # -> dropped expression


Watcher().add(asyncio.create_task(work()))  # -> dropped expression


class Sink(Protocol):
    def add(self, task): ...


class Basket(ABC):
    @abstractmethod
    def put(self, task):
        """Takes a task."""


class Shelf(Basket):
    def __init__(self):
        self.kept = set()

    def put(self, task):
        self.kept.add(task)


class Tracked(set):
    def add(self, task):
        super().add(task)
        task.add_done_callback(self.discard)


tracked = Tracked()


def hand_over(sink: Sink, basket: Basket, shelf: Shelf):
    sink.add(asyncio.create_task(work()))  # -> held container
    basket.put(asyncio.create_task(work()))  # -> held argument
    shelf.put(asyncio.create_task(work()))  # -> held argument
    tracked.add(asyncio.create_task(work()))  # -> held argument
