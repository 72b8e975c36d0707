"""What functions, methods and constructors do with a task that they are given."""

import dataclasses
import logging
import weakref
from typing import Any, NamedTuple

from . import circle

KEPT = []
WEAK = weakref.WeakSet()
log = logging.getLogger(__name__)


def keep(task, label=None):
    KEPT.append(task)
    return label


def keep_all(*tasks):
    KEPT.extend(tasks)


def show_all(*tasks, **named):
    print(tasks, named)


def keep_far_away(task):
    circle.come_back(task, 3)


def read(task):
    log.info("started %s", task.get_name())


def read_far_away(task):
    circle.look_round(task, 3)


def hand_back(task):
    task.set_name("handed back")
    return task


def boxed(task):
    return [task]


async def wait_for_it(task):
    return await task


async def only_read(task, sink):
    await sink.write(task.get_name())


def keep_sometimes(task, flag):
    if flag:
        KEPT.append(task)


class Base:
    def track(self, task):
        self.tasks.add(task)

    def tell(self, task):
        log.info("started %s", task)

    def note(self, task):
        log.info("started %s", task)

    def take(self, task):
        raise NotImplementedError

    @staticmethod
    def still(task):
        KEPT.append(task)

    @classmethod
    def count(cls, task):
        print(cls, task)


class Registry(Base):
    def note(self, task):
        self.noted = task


registry = Registry()


class Node:
    def __init__(self, task, name=""):
        self.task = task
        self.name = name


class Child(Node):
    pass


class Forwarding(Node):
    def __init__(self, task):
        super().__init__(task, name="x")


class Shown:
    def __init__(self, task):
        self.name = task.get_name()


@dataclasses.dataclass
class Job:
    name: str
    task: Any


class Pair(NamedTuple):
    name: str
    task: Any


class Bare:
    pass
