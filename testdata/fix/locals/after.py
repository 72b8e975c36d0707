import asyncio
from asyncio import create_task

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(n: int = 0) -> None:
    await asyncio.sleep(n)


async def unread():
    t = asyncio.create_task(work())
    _background_tasks.add(t)
    t.add_done_callback(_background_tasks.discard)
    await work()


async def underscore():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = create_task(work(1))
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    await work()


async def touched(cb):
    t = asyncio.create_task(work())
    _background_tasks.add(t)
    t.add_done_callback(_background_tasks.discard)
    t.add_done_callback(cb)
    t.set_name("t")
    await work()


async def rebound():
    t = asyncio.create_task(work())
    _background_tasks.add(t)
    t.add_done_callback(_background_tasks.discard)
    t = asyncio.create_task(work(2))
    await t


async def unpacked():
    a, b = create_task(work()), create_task(work(2))
    _background_tasks.add(a)
    a.add_done_callback(_background_tasks.discard)
    _background_tasks.add(b)
    b.add_done_callback(_background_tasks.discard)
    await work()


async def walrus():
    (t := create_task(work()))
    _background_tasks.add(t)
    t.add_done_callback(_background_tasks.discard)
    await work()


async def annotated():
    t: "asyncio.Task[None]" = create_task(work())
    _background_tasks.add(t)
    t.add_done_callback(_background_tasks.discard)
    await work()


async def twice():
    a = b = create_task(work())
    _background_tasks.add(b)
    b.add_done_callback(_background_tasks.discard)
    await work()
