import asyncio
from functools import partial

_tasks = set()


def spawn(coro, *, name=None):
    task = asyncio.create_task(coro, name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def push(name):
    await asyncio.sleep(1)


async def main(loop):
    loop.call_soon(asyncio.create_task, push("a"))
    loop.call_later(1, asyncio.create_task, push("b"))
    loop.call_soon(partial(asyncio.create_task, name="c"), push("c"))
    loop.call_soon(
        asyncio.create_task,
        push("a name that is so long that the call needs more than one line"),
    )
    loop.call_soon(partial(asyncio.create_task, context=None), push("d"))
    loop.call_soon(loop.create_task, push("e"))
