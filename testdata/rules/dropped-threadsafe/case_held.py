"""Futures of `run_coroutine_threadsafe` that somebody waits for or keeps."""

import asyncio

_futures = set()


async def work():
    await asyncio.sleep(1)


def waits(loop):
    return asyncio.run_coroutine_threadsafe(work(), loop).result(timeout=5)


def waits_later(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    try:
        return future.result(1)
    except TimeoutError:
        future.cancel()


def returns(loop):
    return asyncio.run_coroutine_threadsafe(work(), loop)


def keeps(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _futures.add(future)
    future.add_done_callback(_futures.discard)


async def wraps(loop):
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))
