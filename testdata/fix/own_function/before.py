import asyncio
import logging

_BG_TASKS = set()


def _spawn_bg(coro, *, name=None):
    """Start a coroutine and keep its task."""
    task = asyncio.create_task(coro, name=name)
    _BG_TASKS.add(task)
    task.add_done_callback(_BG_TASKS.discard)
    return task


async def work(n=0): ...


async def f(cb):
    asyncio.create_task(work())
    asyncio.create_task(work(), name="n")
    asyncio.create_task(work()).add_done_callback(cb)
    asyncio.create_task(
        work("a very long argument that fills the whole of the line, too long to join")
    )
    asyncio.create_task(
        work("a not so very long argument that fits when it is joined")
    )
    _ = asyncio.create_task(work())
    asyncio.ensure_future(work())
    asyncio.create_task(work(), context=None)
    print(asyncio.create_task(work()))
