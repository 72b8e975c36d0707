"""Callables that return a task to somebody who calls them later."""

import asyncio
import functools
import signal
import threading


def thrown_away(loop, work, other):
    loop.call_soon(lambda: asyncio.create_task(work()))  # -> dropped lambda
    loop.call_soon_threadsafe(loop.create_task, work())  # -> dropped passed-uncalled
    loop.call_later(1, asyncio.create_task, work())  # -> dropped passed-uncalled
    loop.call_at(1, functools.partial(asyncio.create_task, work()))  # -> dropped passed-uncalled
    loop.add_signal_handler(signal.SIGINT, lambda: asyncio.ensure_future(job()))  # -> dropped lambda
    signal.signal(signal.SIGTERM, lambda *_: asyncio.create_task(work()))  # -> dropped lambda
    other.add_done_callback(lambda _: asyncio.create_task(work()))  # -> dropped lambda
    threading.Timer(1, lambda: asyncio.run_coroutine_threadsafe(work(), loop)).start()  # -> dropped lambda
    list(map(asyncio.create_task, [work()]))  # -> dropped passed-uncalled
    callback = lambda: asyncio.create_task(work())  # noqa: E731  # -> dropped lambda
    loop.call_soon(callback)


def nested(loop, work):
    def later():
        return asyncio.create_task(work())  # -> held returned

    loop.call_soon(later)  # -> dropped passed-uncalled


def unseen(scheduler, work):
    scheduler.add_job(lambda: asyncio.create_task(work()))  # -> unsure callback
    return lambda: asyncio.create_task(work())  # -> unsure callback


async def job(*arguments): ...
