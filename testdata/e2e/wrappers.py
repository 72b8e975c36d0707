"""Every form in which a function returns a task and its caller throws that away."""

import asyncio

from witness import job, run

keeper = set()


def spawn(coro):
    return asyncio.create_task(coro)


def spawn_named(coro, name):
    task = asyncio.create_task(coro)
    task.set_name(name)
    return task


def spawn_through(coro):
    return spawn(coro)


async def statement():
    spawn(job("statement"))


async def unread():
    task = spawn_named(job("unread"), "unread")


async def two_levels():
    spawn_through(job("two levels"))


class Service:
    def spawn(self, coro):
        return asyncio.get_running_loop().create_task(coro)

    def start(self):
        self.spawn(job("method"))


async def method():
    Service().start()


async def kept():
    task = spawn(job("kept"))
    keeper.add(task)
    task.add_done_callback(keeper.discard)


run(
    statement,
    unread,
    two_levels,
    method,
    kept,
)
