"""Every spelling of a spawner, and calls that only look like one."""

import asyncio
import asyncio as aio
import functools

import anyio
import uvloop
from asyncio import TaskGroup
from asyncio import create_task as ct
from asyncio import ensure_future

import database
from elsewhere import asyncio as foreign

try:
    import asyncio as shim
except ImportError:
    import trollius as shim

spawn = asyncio.create_task
loop = asyncio.get_event_loop()


async def spellings(work):
    asyncio.create_task(work())  # -> dropped discarded
    aio.create_task(work())  # -> dropped discarded
    ct(work())  # -> dropped discarded
    spawn(work())  # -> dropped discarded
    asyncio.tasks.create_task(work())  # -> dropped discarded
    asyncio.ensure_future(job())  # -> dropped discarded
    ensure_future(job())  # -> dropped discarded
    asyncio.Task(work())  # -> dropped discarded
    getattr(asyncio, "create_task")(work())  # -> dropped discarded
    shim.create_task(work())  # -> dropped discarded
    foreign.create_task(work())  # -> unsure receiver
    import asyncio as local

    local.create_task(work())  # -> dropped discarded


def loops(work, policy, ev: asyncio.AbstractEventLoop, bot):
    loop.create_task(work())  # -> dropped discarded
    ev.create_task(work())  # -> dropped discarded
    asyncio.get_running_loop().create_task(work())  # -> dropped discarded
    asyncio.new_event_loop().create_task(work())  # -> dropped discarded
    asyncio.get_event_loop_policy().get_event_loop().create_task(work())  # -> dropped discarded
    uvloop.new_event_loop().create_task(work())  # -> dropped discarded
    bot.loop.create_task(work())  # -> dropped discarded
    bot.get_loop().create_task(work())  # -> dropped discarded
    with asyncio.Runner() as runner:
        runner.get_loop().create_task(work())  # -> dropped discarded


class Service:
    def __init__(self, given=None):
        self._runner = given or asyncio.get_event_loop()

    def start(self, work):
        self._runner.create_task(work())  # -> dropped discarded
        chosen = self._runner
        chosen.create_task(work())  # -> dropped discarded


async def managed(work, jobs):
    async with asyncio.TaskGroup() as loop:
        loop.create_task(work())  # -> managed taskgroup
    async with TaskGroup() as group:
        group.create_task(work())  # -> managed taskgroup
    async with anyio.create_task_group() as group:
        group.start_soon(work)
    database.create_task("buy milk")
    jobs.create_task("buy milk")


class Group(asyncio.TaskGroup):
    def add(self, work):
        self.create_task(work())  # -> managed taskgroup


async def futures(work, given, coro):
    asyncio.gather(work(), work())  # -> dropped discarded
    asyncio.shield(work())  # -> dropped discarded
    asyncio.ensure_future(given)  # -> unsure argument
    asyncio.ensure_future(coro)  # -> dropped discarded
    asyncio.gather(*given)  # -> unsure argument
    asyncio.shield(asyncio.create_task(work()))  # -> dropped discarded
    if asyncio.iscoroutine(given):
        asyncio.ensure_future(given)  # -> dropped discarded
    await asyncio.gather(work(), work())  # -> held awaited


named = functools.partial(asyncio.create_task, name="x")


async def job(*arguments): ...
