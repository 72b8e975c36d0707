"""Spawners with some of their arguments given: `functools.partial`, `functools.partialmethod`."""

import asyncio
import functools
from functools import partialmethod

KEEP = set()


async def work(): ...


class Base:
    def _spawn(self, coro, name=None):
        return asyncio.create_task(coro, name=name)  # -> held returned

    def _kept(self, coro, keep=True):
        task = asyncio.create_task(coro)  # -> held returned
        if keep:
            KEEP.add(task)
        return task

    spawn = partialmethod(_spawn, name="x")
    start = functools.partialmethod(_spawn)
    kept = partialmethod(_kept, keep=True)
    shown = partialmethod(print, "x")

    def go(self):
        self.spawn(work())  # -> dropped wrapper
        self.start(work())  # -> dropped wrapper
        self.kept(work())
        self.shown(work())


def spawn(coro, name):
    return asyncio.create_task(coro, name=name)  # -> held returned


named = functools.partial(spawn, name="x")
made = functools.partial(asyncio.create_task, name="x")
shown = functools.partial(print, end="")


async def main():
    named(work())  # -> dropped wrapper
    made(work())  # -> dropped discarded
    await named(work())  # -> held awaited
    shown(work())
