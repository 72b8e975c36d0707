import asyncio
from typing import Any


async def work(n=0): ...


async def f(xs, cb, loop):
    asyncio.create_task(work())
    asyncio.create_task(work()).add_done_callback(cb)
    t = asyncio.create_task(work())
    t.add_done_callback(cb)
    _ = asyncio.create_task(work())
    asyncio.create_task(
        work(
            "a",
        ),
        name="a task with a name",
    )
    self_task_with_a_name = asyncio.create_task(work("an argument that fills the line"))
    asyncio.create_task(work()) if xs else None
    if xs: asyncio.create_task(work())
    asyncio.run_coroutine_threadsafe(work(), loop)
    ts = [asyncio.create_task(work("an argument that fills the line" + x)) for x in xs]
