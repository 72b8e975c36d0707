"""Wrappers under decorators of the project: a call gives what the function would, or something else."""

import asyncio

from deco import ignored, kept, logged, registered, retried, timed


async def work(): ...


@logged
def a(coro):
    return asyncio.create_task(coro)  # -> held returned


@retried(3)
def b(coro):
    return asyncio.create_task(coro)  # -> held returned


@kept
def c(coro):
    return asyncio.create_task(coro)  # -> held returned


@ignored
def d(coro):
    return asyncio.create_task(coro)  # -> held returned


@registered
def e(coro):
    return asyncio.create_task(coro)  # -> held returned


@timed
async def f(coro):
    return asyncio.create_task(coro)  # -> held returned


@timed
def g(coro):
    return asyncio.create_task(coro)  # -> held returned


def local(fn):
    def inner(*args, **kwargs):
        return fn(*args, **kwargs)

    return inner


@local
def h(coro):
    return asyncio.create_task(coro)  # -> held returned


async def main():
    a(work())  # -> dropped wrapper
    b(work())  # -> dropped wrapper
    c(work())
    d(work())
    e(work())  # -> dropped wrapper
    await f(work())  # -> dropped wrapper
    g(work())
    h(work())  # -> dropped wrapper
