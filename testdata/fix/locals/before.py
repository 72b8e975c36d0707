import asyncio
from asyncio import create_task


async def work(n: int = 0) -> None:
    await asyncio.sleep(n)


async def unread():
    t = asyncio.create_task(work())
    await work()


async def underscore():
    _ = asyncio.create_task(work())
    _ = create_task(work(1))
    await work()


async def touched(cb):
    t = asyncio.create_task(work())
    t.add_done_callback(cb)
    t.set_name("t")
    await work()


async def rebound():
    t = asyncio.create_task(work())
    t = asyncio.create_task(work(2))
    await t


async def unpacked():
    a, b = create_task(work()), create_task(work(2))
    await work()


async def walrus():
    (t := create_task(work()))
    await work()


async def annotated():
    t: "asyncio.Task[None]" = create_task(work())
    await work()


async def twice():
    a = b = create_task(work())
    await work()
