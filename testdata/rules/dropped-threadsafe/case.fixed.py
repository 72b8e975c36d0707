"""Futures of `run_coroutine_threadsafe` that nobody keeps."""

import asyncio
import concurrent.futures
from asyncio import run_coroutine_threadsafe
from asyncio import run_coroutine_threadsafe as submit
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()


async def work(*args):
    await asyncio.sleep(1)


def report(future):
    print(future)


def statement(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    work_future = run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(work_future)
    work_future.add_done_callback(_background_futures.discard)
    background_future = submit(work(), loop=loop)  # expect: UND004
    _background_futures.add(background_future)
    background_future.add_done_callback(_background_futures.discard)


def chain(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    future.add_done_callback(  # expect: UND004
        report
    )


def unread(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)


def underscore(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)


def touched(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    future.add_done_callback(report)


def branch(loop, flag):
    if flag:
        future = asyncio.run_coroutine_threadsafe(work(), loop)
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)  # expect: UND004


def local_list(loop, items):
    futures = []
    for item in items:
        future = asyncio.run_coroutine_threadsafe(work(item), loop)  # expect: UND004
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)
        futures.append(future)


class Bridge:
    def __init__(self, loop):
        self.loop = loop

    def send(self, message):
        future = asyncio.run_coroutine_threadsafe(
            work(message), self.loop
        )  # expect: UND004
        _background_futures.add(future)
        future.add_done_callback(_background_futures.discard)


def opted_out(loop):
    asyncio.run_coroutine_threadsafe(work(), loop)  # noqa: UND004
