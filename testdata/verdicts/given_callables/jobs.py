"""Functions that make a task of what a parameter returns, unless that is a future already."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction


async def work(*arguments):
    await asyncio.sleep(1)


def start(job):
    asyncio.ensure_future(job())  # -> dropped discarded


def start_mixed(job):
    asyncio.ensure_future(job())  # -> unsure argument


def start_anything(job, *arguments):
    task = asyncio.ensure_future(job(*arguments))  # -> unsure argument
    task.add_done_callback(print)


def uncalled(job):
    asyncio.ensure_future(job())  # -> unsure argument


def annotated(job: Callable[[], Awaitable[None]]):
    asyncio.ensure_future(job())  # -> unsure argument


def coroutine_function(job: Callable[[], Coroutine[object, object, None]]):
    asyncio.ensure_future(job())  # -> dropped discarded


def named(coro_func, async_job):
    asyncio.ensure_future(coro_func())  # -> dropped discarded
    asyncio.ensure_future(async_job())  # -> dropped discarded


def tested(job):
    if not iscoroutinefunction(job):
        raise TypeError(job)
    asyncio.ensure_future(job())  # -> dropped discarded


def created(loop: asyncio.AbstractEventLoop, job):
    loop.create_task(job())  # -> dropped discarded


def in_background(function):
    @wraps(function)
    def wrapper(*arguments):
        asyncio.ensure_future(function(*arguments))  # -> dropped discarded

    return wrapper


def unused_decorator(function):
    @wraps(function)
    def wrapper(*arguments):
        asyncio.ensure_future(function(*arguments))  # -> unsure argument

    return wrapper


def returned(job):
    return asyncio.ensure_future(job())  # -> held returned


class Runner:
    def __init__(self, factory, make_coro):
        self.factory = factory
        self.make = make_coro
        self.job = work

    def go(self):
        asyncio.ensure_future(self.factory())  # -> unsure argument
        asyncio.ensure_future(self.make())  # -> dropped discarded
        asyncio.ensure_future(self.job())  # -> dropped discarded
        asyncio.ensure_future(self.run())  # -> dropped discarded

    async def run(self): ...
