import asyncio

stt_tasks: "set[asyncio.Task[None]]" = set()


async def work(): ...


async def close():
    for task in stt_tasks:
        task.cancel()
    await asyncio.gather(*stt_tasks)


async def stop():
    await close()


def f():
    asyncio.create_task(work())
    asyncio.create_task(close())
    asyncio.create_task(stop())
    print(asyncio.create_task(work()))
