"""Tasks made in callbacks whose callers throw results away."""

import asyncio
import functools
import signal
import threading
from asyncio import create_task, ensure_future
from functools import partial
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(*args):
    await asyncio.sleep(1)


async def lambdas(loop: asyncio.AbstractEventLoop, future: asyncio.Future):
    loop.call_soon(lambda: _keep_task(create_task(work())))  # expect: UND006
    loop.call_later(1, lambda: _keep_task(ensure_future(work())))  # expect: UND006
    loop.call_at(9, lambda: _keep_task(loop.create_task(work())))  # expect: UND006
    loop.call_soon_threadsafe(
        lambda: _keep_task(asyncio.create_task(work())),  # expect: UND006
    )
    loop.add_signal_handler(
        signal.SIGTERM,
        lambda: _keep_task(asyncio.create_task(work())),  # expect: UND006
    )
    signal.signal(
        signal.SIGINT,
        lambda *_: _keep_task(asyncio.create_task(work())),  # expect: UND006
    )
    future.add_done_callback(
        lambda f: _keep_task(asyncio.create_task(work(f))),  # expect: UND006
    )
    timer = threading.Timer(
        1,
        lambda: loop.create_task(work()),  # expect: UND006
    )
    timer.start()


async def uncalled(loop: asyncio.AbstractEventLoop):
    loop.call_soon(lambda coro: _keep_task(create_task(coro)), work())  # expect: UND006
    loop.call_later(
        1,
        lambda coro: _keep_task(ensure_future(coro)),  # expect: UND006
        work(),
    )
    loop.call_soon_threadsafe(
        lambda coro: _keep_task(loop.create_task(coro)),  # expect: UND006
        work(),
    )


async def partials(loop: asyncio.AbstractEventLoop):
    loop.call_soon(
        functools.partial(
            lambda coro: _keep_task(asyncio.create_task(coro)),  # expect: UND006
            work(),
        )
    )
    loop.call_soon(
        partial(
            lambda coro: _keep_task(create_task(coro)),  # expect: UND006
            work(),
        )
    )


async def opted_out(loop: asyncio.AbstractEventLoop):
    loop.call_soon(lambda: asyncio.create_task(work()))  # noqa: UND006
