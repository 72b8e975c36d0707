import asyncio

_background_tasks: set[asyncio.Task[None]] = set()


async def push(name: str) -> None:
    await asyncio.sleep(1)


async def same(name: str) -> None:
    task = asyncio.create_task(push(name))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    sleep_task = asyncio.create_task(asyncio.sleep(1))
    _background_tasks.add(sleep_task)
    sleep_task.add_done_callback(_background_tasks.discard)
