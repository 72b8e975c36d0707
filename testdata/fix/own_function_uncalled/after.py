import asyncio
from functools import partial
from typing import Any, TypeVar

_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done; the event loop keeps weak references only."""
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


_tasks = set()


def spawn(coro, *, name=None):
    task = asyncio.create_task(coro, name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def push(name):
    await asyncio.sleep(1)


async def main(loop):
    loop.call_soon(spawn, push("a"))
    loop.call_later(1, spawn, push("b"))
    loop.call_soon(partial(asyncio.create_task, name="c"), push("c"))
    loop.call_soon(
        spawn,
        push("a name that is so long that the call needs more than one line"),
    )
    loop.call_soon(partial(asyncio.create_task, context=None), push("d"))
    loop.call_soon(lambda coro: _keep_task(loop.create_task(coro)), push("e"))
