"""Where one call needs the helper function, all tasks of the file are kept by it."""

import asyncio


async def work(n=0):
    await asyncio.sleep(n)


def report(task):
    print(task)


async def statement():
    asyncio.create_task(work())


async def bound():
    task = asyncio.create_task(work())
    task.add_done_callback(report)


async def chain():
    asyncio.create_task(work()).add_done_callback(report)


async def branch(flag):
    asyncio.create_task(work()) if flag else None


async def argument():
    print(asyncio.create_task(work()))


def callback(loop):
    loop.call_soon(lambda: asyncio.create_task(work()))


def other_thread(loop):
    asyncio.run_coroutine_threadsafe(work(), loop)
