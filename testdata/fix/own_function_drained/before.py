import asyncio

_BG_TASKS = set()


def _spawn_bg(coro):
    task = asyncio.create_task(coro)
    _BG_TASKS.add(task)
    task.add_done_callback(_BG_TASKS.discard)


async def work(): ...


async def start():
    asyncio.create_task(work())


async def stop():
    await asyncio.gather(*_BG_TASKS)


async def shutdown():
    await stop()


async def end():
    asyncio.create_task(shutdown())
