import asyncio

    loop.create_task(f())
    loop.call_soon(asyncio.create_task, f())
    asyncio.create_task(x())
