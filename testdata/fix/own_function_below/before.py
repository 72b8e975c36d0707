import asyncio

loop = asyncio.new_event_loop()


async def work(): ...


def go():
    loop.create_task(work())


go()


def spawn(coro):
    task = loop.create_task(coro)
    _background.add(task)
    task.add_done_callback(_background.discard)
    return task


_background = set()
