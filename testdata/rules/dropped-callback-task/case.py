"""Tasks made in callbacks whose callers throw results away."""

import asyncio
import functools
import signal
import threading
from asyncio import create_task, ensure_future
from functools import partial


async def work(*args):
    await asyncio.sleep(1)


async def lambdas(loop: asyncio.AbstractEventLoop, future: asyncio.Future):
    loop.call_soon(lambda: create_task(work()))  # expect: UND006
    loop.call_later(1, lambda: ensure_future(work()))  # expect: UND006
    loop.call_at(9, lambda: loop.create_task(work()))  # expect: UND006
    loop.call_soon_threadsafe(
        lambda: asyncio.create_task(work()),  # expect: UND006
    )
    loop.add_signal_handler(
        signal.SIGTERM,
        lambda: asyncio.create_task(work()),  # expect: UND006
    )
    signal.signal(
        signal.SIGINT,
        lambda *_: asyncio.create_task(work()),  # expect: UND006
    )
    future.add_done_callback(
        lambda f: asyncio.create_task(work(f)),  # expect: UND006
    )
    timer = threading.Timer(
        1,
        lambda: loop.create_task(work()),  # expect: UND006
    )
    timer.start()


async def uncalled(loop: asyncio.AbstractEventLoop):
    loop.call_soon(create_task, work())  # expect: UND006
    loop.call_later(
        1,
        ensure_future,  # expect: UND006
        work(),
    )
    loop.call_soon_threadsafe(
        loop.create_task,  # expect: UND006
        work(),
    )


async def partials(loop: asyncio.AbstractEventLoop):
    loop.call_soon(
        functools.partial(
            asyncio.create_task,  # expect: UND006
            work(),
        )
    )
    loop.call_soon(
        partial(
            create_task,  # expect: UND006
            work(),
        )
    )


async def opted_out(loop: asyncio.AbstractEventLoop):
    loop.call_soon(lambda: asyncio.create_task(work()))  # noqa: UND006
