"""Callbacks that make tasks, registered with objects of the project."""

import asyncio

from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter

from bus import Alone, Awaiting, Emitter, Keeping, One, Several, Timers, later


async def work(): ...


class App:
    def __init__(self, loop):
        self.bus = Emitter()
        self.keeping = Keeping()
        self.awaiting = Awaiting()
        self.timers = Timers(loop)
        self.one = One()

    def start(self):
        self.bus.on("x", lambda: asyncio.create_task(work()))  # -> dropped lambda
        h = self.bus.on("y", lambda: asyncio.create_task(work()))  # -> unsure callback
        self.keeping.on(lambda: asyncio.create_task(work()))  # -> unsure callback
        self.awaiting.on(lambda: asyncio.create_task(work()))  # -> unsure callback
        self.timers.call_later(lambda: asyncio.create_task(work()), 1)  # -> dropped lambda
        timer = self.timers.call_later(lambda: asyncio.create_task(work()), 1)  # -> dropped lambda
        self.timers.soon(asyncio.create_task, work())  # -> dropped passed-uncalled
        self.timers.wrapped(lambda: asyncio.create_task(work()))  # -> dropped lambda
        later(lambda: asyncio.create_task(work()))  # -> dropped lambda
        self.one.set_callback(lambda: asyncio.create_task(work()))  # -> dropped lambda
        self.one.set_callback(cb=lambda: asyncio.create_task(work()))  # -> dropped lambda
        return h, timer


def unknown(bus):
    bus.on("x", lambda: asyncio.create_task(work()))  # -> unsure callback


def tuples(several: Several, alone: Alone):
    several.on("x", lambda: asyncio.create_task(work()))  # -> unsure callback
    several.ranked(1, lambda: asyncio.create_task(work()))  # -> unsure callback
    alone.on("x", lambda: asyncio.create_task(work()))  # -> dropped lambda
    alone.on("x", once=True, handler=lambda: asyncio.create_task(work()))  # -> dropped lambda


def of_a_library(emitter: EventEmitter, kept: AsyncIOEventEmitter):
    emitter.on("x", lambda: asyncio.create_task(work()))  # -> dropped lambda
    emitter.once("x", lambda: asyncio.create_task(work()))  # -> dropped lambda
    kept.on("x", lambda: asyncio.create_task(work()))  # -> unsure callback
