"""Classes whose objects own the task that their constructor makes."""

import asyncio
import logging
from dataclasses import dataclass

REGISTRY = set()
TASKS = set()


async def work():
    await asyncio.sleep(1)


class Later:
    """Nothing but the object knows the task, and nothing knows the object."""

    def __init__(self, coro, name="later"):
        self.name = name.upper()
        logging.info("%s made", self)
        self.task = asyncio.create_task(coro)  # -> held attribute


class Ticker:
    """The task and the object know each other, and nobody else knows them."""

    interval = 1

    def __init__(self):
        self.ticks = 0
        self._reset()
        self._task = asyncio.create_task(self._run())  # -> held attribute
        self._task.add_done_callback(self._done)

    @property
    def pause(self):
        return self.interval

    def _reset(self):
        self.ticks = 0

    def _done(self, task):
        print(task, self.ticks)

    async def _run(self):
        while True:
            await self._tick()
            await asyncio.sleep(self.pause)

    async def _tick(self):
        self.ticks += 1


class Starting:
    def __init__(self):
        self.start()

    def start(self):
        self._task = asyncio.get_running_loop().create_task(work())  # -> held attribute


@dataclass
class Data:
    name: str

    def __post_init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute


class Sometimes:
    def __init__(self, start):
        self.task = None
        if start:
            self.task = asyncio.create_task(work())  # -> held attribute


class Early:
    def __init__(self, ready):
        if ready:
            return
        self.task = asyncio.create_task(work())  # -> held attribute


class Registered:
    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute
        REGISTRY.add(self)


class RegisteredLater:
    def __init__(self):
        self.task = asyncio.create_task(self.run())  # -> held attribute

    async def run(self):
        REGISTRY.add(self)


class KeepsTask:
    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute
        TASKS.add(self.task)


class Timed:
    def __init__(self):
        loop = asyncio.get_running_loop()
        self.task = loop.create_task(work())  # -> held attribute
        loop.call_later(1, self.stop)

    def stop(self):
        self.task.cancel()


class Told:
    def __init__(self, app):
        self.task = asyncio.create_task(work())  # -> held attribute
        app.use(self)


class Owned:
    def __init__(self, app):
        app.owned = self
        self.task = asyncio.create_task(work())  # -> held attribute


class Enclosed:
    def __init__(self, bus):
        self.task = asyncio.create_task(work())  # -> held attribute
        bus.use(lambda: self.task.cancel())


class Handed:
    def __init__(self):
        self.task = asyncio.create_task(serve(self))  # -> held attribute


async def serve(handed):
    print(handed)


class Base:
    def __init__(self):
        REGISTRY.add(self)


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.task = asyncio.create_task(work())  # -> held attribute


class Alone:
    pass


class DerivedAlone(Alone):
    def __init__(self):
        super().__init__()
        self.task = asyncio.create_task(work())  # -> held attribute


class Watched:
    def __setattr__(self, name, value):
        REGISTRY.add(self)
        super().__setattr__(name, value)

    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute


class Guarded:
    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute

    @property
    def task(self):
        return self._task

    @task.setter
    def task(self, task):
        TASKS.add(task)
        self._task = task


class Slot:
    def __set__(self, owner, value):
        REGISTRY.add(owner)


class Described:
    task = Slot()

    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute


def registered(cls):
    REGISTRY.add(cls)
    return cls


@registered
class Decorated:
    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute


class Awaitable:
    def __init__(self, coro):
        self.task = asyncio.create_task(coro)  # -> held attribute

    def __await__(self):
        return self.task.__await__()


class KeepsTaskTwice:
    def __init__(self, parent):
        parent.task = self.task = asyncio.create_task(work())  # -> held attribute


class HandsOnMethods:
    def __init__(self, bus):
        self.task = asyncio.create_task(work())  # -> held attribute
        self.handlers = [self.stop]
        bus.use(self.handlers)

    def stop(self):
        self.task.cancel()


class HandsOnTasks:
    def __init__(self, bus):
        self.task = asyncio.create_task(work())  # -> held attribute
        self.tasks = {self.task}
        bus.use(self.tasks)


def make():
    return Later(work())


def here():
    Later(work())  # -> dropped wrapper


class Exposed:
    """What has its attributes may keep the task."""

    def __init__(self):
        self.task = asyncio.create_task(work())  # -> held attribute
        REGISTRY.add(self.__dict__)


async def expose():
    Exposed()  # -> unsure argument
