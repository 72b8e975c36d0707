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
    task = asyncio.create_task(work())
    stt_tasks.add(task)
    task.add_done_callback(stt_tasks.discard)
    asyncio.create_task(close())
    asyncio.create_task(stop())
    work_task = asyncio.create_task(work())
    stt_tasks.add(work_task)
    work_task.add_done_callback(stt_tasks.discard)
    print(work_task)
