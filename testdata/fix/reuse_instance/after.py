import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


class Drained:
    def __init__(self):
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        work_task = asyncio.create_task(work())
        self._tasks.add(work_task)
        work_task.add_done_callback(self._tasks.discard)
        asyncio.create_task(self.aclose())

    async def aclose(self):
        await asyncio.gather(*self._tasks)


def function():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
