import asyncio


async def work(n=0): ...


async def f(xs, loop):
    print(xs(), asyncio.create_task(work()))
    print(f"started {asyncio.create_task(work())}")
    [asyncio.create_task(work(x)) for x in xs]
    ts = [asyncio.create_task(work(x)) for x in xs]
    if asyncio.create_task(work()):
        pass
    loop.call_soon(lambda: asyncio.create_task(work()))
