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


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(
        lambda: _keep_task(
            asyncio.create_task(work(19), name="".join([x for x in "abc"]))
        )
    )
    loop.call_soon(
        lambda: _keep_task(
            asyncio.create_task(work(19), name="".join([x for x in "abc"]))
        ),
        context=None,
    )
    loop.call_soon(
        lambda: _keep_task(asyncio.create_task(work(19), name="a name of some length"))
    )
