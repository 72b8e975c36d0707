import asyncio
import concurrent.futures
import functools
import threading
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")
_background_futures: set[concurrent.futures.Future[Any]] = set()
_Future = TypeVar("_Future", bound="concurrent.futures.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def _keep_future(future: _Future) -> _Future:
    """Hold a future until it is done; nothing else would."""
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    return future


async def work(n=0): ...


def f(loop):
    loop.call_soon(lambda: _keep_task(asyncio.create_task(work())))
    loop.call_later(1, lambda n: _keep_task(asyncio.create_task(work(n))), 1)
    loop.call_soon_threadsafe(
        lambda coro: _keep_task(asyncio.create_task(coro)), work()
    )
    loop.call_soon(lambda coro: _keep_task(loop.create_task(coro)), work())
    loop.call_later(
        1, functools.partial(lambda coro: _keep_task(asyncio.create_task(coro)), work())
    )
    loop.call_soon(
        functools.partial(
            lambda coro, **kwargs: _keep_task(asyncio.create_task(coro, **kwargs)),
            work(),
            name="n",
        )
    )
    loop.call_soon(
        functools.partial(
            lambda coro, **kwargs: _keep_task(asyncio.create_task(coro, **kwargs)),
            work(),
            context=None,
        )
    )
    loop.call_soon(
        lambda coro: _keep_task(asyncio.create_task(coro)), work(), context=None
    )
    threading.Timer(
        1, lambda: _keep_future(asyncio.run_coroutine_threadsafe(work(), loop))
    ).start()
