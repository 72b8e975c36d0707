import asyncio


async def work(n=0): ...


async def f(c, d, cb):
    asyncio.create_task(work()) if c else None
    None if c else asyncio.create_task(work())
    asyncio.create_task(work(1)) if c else asyncio.create_task(work(2))
    asyncio.create_task(work()) if c else print(d)
    c and asyncio.create_task(work())
    c or asyncio.create_task(work())
    not c or asyncio.create_task(work())
    c and d and asyncio.create_task(work())
    c or d or asyncio.create_task(work())
    c == d or asyncio.create_task(work())
    c and asyncio.create_task(work()).add_done_callback(cb)
    if d: c and asyncio.create_task(work())
    (
        asyncio.create_task(work("a long argument to fill the line, a very long one"))
        if c(d)
        else None
    )
