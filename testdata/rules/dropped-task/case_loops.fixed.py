"""`create_task` of an event loop, however the loop is known."""

import asyncio
from asyncio import AbstractEventLoop
from typing import Optional

import uvloop

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

main_loop = asyncio.new_event_loop()


async def work():
    pass


def getters():
    task = asyncio.get_event_loop().create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.get_running_loop().create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    policy = asyncio.get_event_loop_policy()
    background_task = policy.get_event_loop().create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task_2 = uvloop.new_event_loop().create_task(work())  # expect: UND001
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)


def names(given=None):
    here = asyncio.get_running_loop()
    task = here.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = main_loop.create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    either = given or asyncio.get_event_loop()
    background_task = either.create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)


def annotated(
    one: asyncio.AbstractEventLoop,
    two: Optional[AbstractEventLoop],
    three: "asyncio.AbstractEventLoop | None" = None,
):
    task = one.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = two.create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = three.create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)


def by_name(loop, bot):
    task = loop.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = bot.loop.create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)


def runner():
    with asyncio.Runner() as running:
        task = running.get_loop().create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Base:
    def __init__(self, engine: AbstractEventLoop):
        self.engine = engine
        self._inner = asyncio.get_event_loop()


class Worker(Base):
    ticker: asyncio.AbstractEventLoop

    @property
    def outer(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def start(self):
        task = self._inner.create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        work_task = self.engine.create_task(work())  # expect: UND001
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
        background_task = self.ticker.create_task(work())  # expect: UND001
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
        background_task_2 = self.outer.create_task(work())  # expect: UND001
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)
        background_task_3 = self.loop.create_task(work())  # expect: UND001
        _background_tasks.add(background_task_3)
        background_task_3.add_done_callback(_background_tasks.discard)
