import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(n=0): ...


async def f(xs, loop):
    print(xs(), _keep_task(asyncio.create_task(work())))
    print(f"started {_keep_task(asyncio.create_task(work()))}")
    [_keep_task(asyncio.create_task(work(x))) for x in xs]
    ts = [_keep_task(asyncio.create_task(work(x))) for x in xs]
    if _keep_task(asyncio.create_task(work())):
        pass
    loop.call_soon(lambda: _keep_task(asyncio.create_task(work())))
