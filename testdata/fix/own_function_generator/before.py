import asyncio

_background = set()


async def work(): ...


def spawn(coro):
    task = asyncio.create_task(coro)
    _background.add(task)
    task.add_done_callback(_background.discard)
    yield task


async def main():
    asyncio.create_task(work())
