import asyncio


async def work(): ...


class Service:
    def __init__(self):
        self._tasks: set[asyncio.Task[None]] = set()
        self._watchers = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        work_task = asyncio.create_task(work())
        self._tasks.add(work_task)
        work_task.add_done_callback(self._tasks.discard)


class Drained:
    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        work_task = asyncio.create_task(work())
        self._background_tasks.add(work_task)
        work_task.add_done_callback(self._background_tasks.discard)

    async def stop(self):
        await asyncio.gather(*self._tasks)
