"""Tasks handed to what other files of the project define."""

import shop
from shop import keep, keeping, registry
from shop.compat import LOOP, asyncio, start_soon
from shop.keeping import (
    KEPT,
    WEAK,
    Base,
    Bare,
    Child,
    Forwarding,
    Job,
    Node,
    Pair,
    Shown,
    boxed,
    hand_back,
    keep_all,
    keep_far_away,
    keep_sometimes,
    only_read,
    read,
    read_far_away,
    show_all,
    wait_for_it,
)


async def spawners(work):
    asyncio.create_task(work())  # -> dropped discarded
    start_soon(job())  # -> dropped discarded
    LOOP.create_task(work())  # -> dropped discarded


async def functions(work, flag, sink):
    keep(asyncio.create_task(work()))  # -> held argument
    shop.keep(task=asyncio.create_task(work()))  # -> held argument
    keep("label", asyncio.create_task(work()))  # -> dropped discarded
    keeping.keep(asyncio.create_task(work()))  # -> held argument
    keep_all(1, asyncio.create_task(work()))  # -> held argument
    show_all(1, asyncio.create_task(work()))  # -> dropped expression
    show_all(named=asyncio.create_task(work()))  # -> dropped expression
    keep_far_away(asyncio.create_task(work()))  # -> held argument
    read(asyncio.create_task(work()))  # -> dropped expression
    read_far_away(asyncio.create_task(work()))  # -> dropped expression
    hand_back(asyncio.create_task(work()))  # -> dropped discarded
    await hand_back(asyncio.create_task(work()))  # -> held awaited
    boxed(asyncio.create_task(work()))  # -> dropped discarded
    await asyncio.wait(boxed(asyncio.create_task(work())))  # -> held gathered
    await wait_for_it(asyncio.create_task(work()))  # -> held awaited
    wait_for_it(asyncio.create_task(work()))  # -> dropped discarded
    await only_read(asyncio.create_task(work()), sink)  # -> dropped expression
    keep_sometimes(asyncio.create_task(work()), flag)  # -> unsure argument
    task = asyncio.create_task(work())  # -> held argument
    read(task)
    keep(task)
    other = asyncio.create_task(work())  # -> dropped touched
    read(other)


async def methods(work, given: Base):
    registry.track(asyncio.create_task(work()))  # -> held argument
    registry.tell(asyncio.create_task(work()))  # -> dropped expression
    registry.note(asyncio.create_task(work()))  # -> held argument
    given.note(asyncio.create_task(work()))  # -> unsure argument
    given.take(asyncio.create_task(work()))  # -> unsure argument
    given.still(asyncio.create_task(work()))  # -> held argument
    given.count(asyncio.create_task(work()))  # -> dropped expression
    Base.count(asyncio.create_task(work()))  # -> dropped expression
    Base.tell(given, asyncio.create_task(work()))  # -> dropped expression


class Heir(Base):
    def run(self, work):
        self.track(asyncio.create_task(work()))  # -> held argument
        self.tell(asyncio.create_task(work()))  # -> dropped expression
        super().track(asyncio.create_task(work()))  # -> held argument


class Local:
    def __init__(self, task):
        self.task = task


def constructors(work):
    Node(asyncio.create_task(work()))  # -> held argument
    node = Child(asyncio.create_task(work()), "x")  # -> held argument
    Forwarding(asyncio.create_task(work()))  # -> held argument
    Local(asyncio.create_task(work()))  # -> held argument
    Job("x", asyncio.create_task(work()))  # -> held argument
    Pair("x", task=asyncio.create_task(work()))  # -> held argument
    Shown(asyncio.create_task(work()))  # -> dropped expression
    Bare(asyncio.create_task(work()))  # -> unsure argument
    return node.name


async def containers(work):
    KEPT.append(asyncio.create_task(work()))  # -> held container
    keeping.KEPT.append(asyncio.create_task(work()))  # -> held container
    WEAK.add(asyncio.create_task(work()))  # -> dropped weak-container
    keeping.append(asyncio.create_task(work()))  # -> unsure argument


class Named(asyncio.Task):
    pass


class Keeping(asyncio.Task):
    def __init__(self, coro):
        super().__init__(coro)
        KEPT.append(self)


class Starter:
    make = staticmethod(asyncio.create_task)

    def __init__(self, spawn=None):
        self.spawn = asyncio.create_task
        self.given = spawn or asyncio.create_task

    def start(self, work):
        self.spawn(work())  # -> dropped discarded
        self.make(work())  # -> dropped discarded
        self.given(work())  # -> unsure rebinding


def other_names(work, spawn=asyncio.create_task):
    Named(work())  # -> dropped discarded
    Keeping(work())  # -> unsure receiver
    Starter().spawn(work())  # -> dropped discarded
    spawn(work())  # -> unsure rebinding


async def job(*arguments): ...
