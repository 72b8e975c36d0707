"""Attributes that hide a wrapper which a class inherits, or may hide it."""

import asyncio
from abc import ABC
from typing import Generic, TypeVar

from bases import Behind, Inner, Instance, Sometimes, Spawning, Within, Without
from elsewhere import Unknown, changed

T = TypeVar("T")


class Imports(Spawning):
    from elsewhere import start

    def go(self):
        self.start(work())


class Nests(Spawning):
    class start:
        pass

    def go(self):
        self.start(work())


class Unpacks(Spawning):
    start, other = print, 1

    def go(self):
        self.start(work())


class Loops(Spawning):
    for start in [print]:
        pass

    def go(self):
        self.start(work())


class Assigns(Spawning):
    def __init__(self):
        self.start, self.other = print, 1

    def go(self):
        self.start(work())


class Defines(Spawning):
    def start(self, coro):
        coro.close()

    def go(self):
        self.start(work())


class Again(Spawning):
    def start(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def go(self):
        self.start(work())  # -> dropped wrapper


class Patched(Spawning):
    def go(self):
        self.start(work())


Patched.start = print


class PatchedByName(Spawning):
    def go(self):
        self.start(work())


setattr(PatchedByName, "start", print)


class Intercepts(Spawning):
    def __getattribute__(self, name):
        return print

    def go(self):
        self.start(work())  # -> unsure rebinding


def registered(cls):
    cls.registered = True
    return cls


def replaced(cls):
    cls.start = print
    return cls


@registered
class Registered(Spawning):
    def go(self):
        self.start(work())  # -> dropped wrapper


@replaced
class Replaced(Spawning):
    def go(self):
        self.start(work())  # -> unsure rebinding


@changed
class Changed(Spawning):
    def go(self):
        self.start(work())  # -> unsure rebinding


class First(Unknown, Spawning):
    def go(self):
        self.start(work())  # -> unsure rebinding


class Second(Spawning, Unknown):
    def go(self):
        self.start(work())  # -> dropped wrapper


class Plain(ABC, Generic[T], Spawning):
    other = None

    def go(self):
        self.start(work())  # -> dropped wrapper


def made_here(base):
    class Local(base):
        def start(self, coro):
            return asyncio.create_task(coro)  # -> held returned

        def go(self):
            self.start(work())  # -> dropped wrapper

    return Local


def through_objects(
    spawning: Spawning,
    without: Without,
    within: Within,
    inner: Inner,
    behind: Behind,
    instance: Instance,
    sometimes: Sometimes,
):
    spawning.start(work())  # -> dropped wrapper
    without.start(work())
    within.start(work())
    inner.start(work())
    behind.start(work())  # -> dropped wrapper
    instance.start(work())  # -> unsure rebinding
    sometimes.start(work())  # -> unsure rebinding


async def work(): ...
