import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

_BG_TASKS = set()


def _spawn_bg(coro):
    task = asyncio.create_task(coro)
    _BG_TASKS.add(task)
    task.add_done_callback(_BG_TASKS.discard)


async def work(): ...


async def start():
    _spawn_bg(work())


async def stop():
    await asyncio.gather(*_BG_TASKS)


async def shutdown():
    await stop()


async def end():
    task = asyncio.create_task(shutdown())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
