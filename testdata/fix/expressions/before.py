import asyncio


async def work(n=0): ...


async def f(xs, loop):
    print(asyncio.create_task(work()))
    print("x", asyncio.create_task(work()), asyncio.create_task(work()))
    us = []
    us.append(asyncio.create_task(work()))
    for x in xs:
        t = asyncio.create_task(work(x))
        us.append(t)
    asyncio.gather(work(), work())
    asyncio.gather(*[asyncio.create_task(work(x)) for x in xs])
    asyncio.shield(asyncio.create_task(work()))
    asyncio.shield(work())
    asyncio.create_task(work()), asyncio.create_task(work())
    loop.call_soon(asyncio.create_task, work())
    asyncio.run_coroutine_threadsafe(work(), loop)
    fut = asyncio.run_coroutine_threadsafe(work(), loop)
