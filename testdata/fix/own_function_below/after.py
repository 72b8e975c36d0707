import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

loop = asyncio.new_event_loop()


async def work(): ...


def go():
    task = loop.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


go()


def spawn(coro):
    task = loop.create_task(coro)
    _background.add(task)
    task.add_done_callback(_background.discard)
    return task


_background = set()
