import asyncio
import concurrent.futures
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


async def f(xs, cb, loop):
    _keep_task(asyncio.create_task(work()))
    _keep_task(asyncio.create_task(work())).add_done_callback(cb)
    t = _keep_task(asyncio.create_task(work()))
    t.add_done_callback(cb)
    _ = _keep_task(asyncio.create_task(work()))
    _keep_task(
        asyncio.create_task(
            work(
                "a",
            ),
            name="a task with a name",
        )
    )
    self_task_with_a_name = _keep_task(
        asyncio.create_task(work("an argument that fills the line"))
    )
    _keep_task(asyncio.create_task(work())) if xs else None
    if xs: _keep_task(asyncio.create_task(work()))
    _keep_future(asyncio.run_coroutine_threadsafe(work(), loop))
    ts = [
        _keep_task(asyncio.create_task(work("an argument that fills the line" + x)))
        for x in xs
    ]
