"""Futures of `run_coroutine_threadsafe` that nobody keeps."""

import asyncio
from asyncio import run_coroutine_threadsafe
from asyncio import run_coroutine_threadsafe as submit


async def work(*args):
    await asyncio.sleep(1)


def report(future):
    print(future)


def statement(loop):
    asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    run_coroutine_threadsafe(work(), loop)  # expect: UND004
    submit(work(), loop=loop)  # expect: UND004


def chain(loop):
    asyncio.run_coroutine_threadsafe(work(), loop).add_done_callback(  # expect: UND004
        report
    )


def unread(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004


def underscore(loop):
    _ = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004


def touched(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    future.add_done_callback(report)


def branch(loop, flag):
    asyncio.run_coroutine_threadsafe(work(), loop) if flag else None  # expect: UND004


def local_list(loop, items):
    futures = []
    for item in items:
        future = asyncio.run_coroutine_threadsafe(work(item), loop)  # expect: UND004
        futures.append(future)


class Bridge:
    def __init__(self, loop):
        self.loop = loop

    def send(self, message):
        asyncio.run_coroutine_threadsafe(work(message), self.loop)  # expect: UND004


def opted_out(loop):
    asyncio.run_coroutine_threadsafe(work(), loop)  # noqa: UND004
