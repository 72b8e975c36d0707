"""`create_task` of an event loop, however the loop is known."""

import asyncio
from asyncio import AbstractEventLoop
from typing import Optional

import uvloop

main_loop = asyncio.new_event_loop()


async def work():
    pass


def getters():
    asyncio.get_event_loop().create_task(work())  # expect: UND001
    asyncio.get_running_loop().create_task(work())  # expect: UND001
    policy = asyncio.get_event_loop_policy()
    policy.get_event_loop().create_task(work())  # expect: UND001
    uvloop.new_event_loop().create_task(work())  # expect: UND001


def names(given=None):
    here = asyncio.get_running_loop()
    here.create_task(work())  # expect: UND001
    main_loop.create_task(work())  # expect: UND001
    either = given or asyncio.get_event_loop()
    either.create_task(work())  # expect: UND001


def annotated(
    one: asyncio.AbstractEventLoop,
    two: Optional[AbstractEventLoop],
    three: "asyncio.AbstractEventLoop | None" = None,
):
    one.create_task(work())  # expect: UND001
    two.create_task(work())  # expect: UND001
    three.create_task(work())  # expect: UND001


def by_name(loop, bot):
    loop.create_task(work())  # expect: UND001
    bot.loop.create_task(work())  # expect: UND001


def runner():
    with asyncio.Runner() as running:
        running.get_loop().create_task(work())  # expect: UND001


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
        self._inner.create_task(work())  # expect: UND001
        self.engine.create_task(work())  # expect: UND001
        self.ticker.create_task(work())  # expect: UND001
        self.outer.create_task(work())  # expect: UND001
        self.loop.create_task(work())  # expect: UND001
