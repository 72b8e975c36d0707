"""Spawners that a context runs."""

import asyncio
import contextvars
from contextvars import copy_context


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned


async def runs(work, other):
    contextvars.copy_context().run(asyncio.create_task, work())  # -> dropped passed-uncalled
    copy_context().run(lambda: asyncio.create_task(work()))  # -> dropped lambda
    copy_context().run(spawn, work())  # -> dropped passed-uncalled
    context = copy_context()
    context.run(asyncio.create_task, work())  # -> dropped passed-uncalled
    task = context.run(asyncio.create_task, work())  # -> held awaited
    unread = context.run(asyncio.create_task, work())  # -> dropped passed-uncalled
    await task
    other.run(asyncio.create_task, work())


class Session:
    def __init__(self, context: contextvars.Context):
        self._context = context

    def start(self, work):
        self._context.run(asyncio.create_task, work())  # -> dropped passed-uncalled
        self._task = self._context.run(asyncio.create_task, work())  # -> held attribute
        return self._context.run(asyncio.create_task, work())  # -> held returned
