import asyncio
import functools
import threading


async def work(n=0): ...


def f(loop):
    loop.call_soon(lambda: asyncio.create_task(work()))
    loop.call_later(1, lambda n: asyncio.create_task(work(n)), 1)
    loop.call_soon_threadsafe(asyncio.create_task, work())
    loop.call_soon(loop.create_task, work())
    loop.call_later(1, functools.partial(asyncio.create_task, work()))
    loop.call_soon(functools.partial(asyncio.create_task, work(), name="n"))
    loop.call_soon(functools.partial(asyncio.create_task, work(), context=None))
    loop.call_soon(asyncio.create_task, work(), context=None)
    threading.Timer(1, lambda: asyncio.run_coroutine_threadsafe(work(), loop)).start()
