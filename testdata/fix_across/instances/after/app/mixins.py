import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


class Starts:
    async def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Stops:
    def __init__(self):
        self.stopped = False

    async def stop(self: "Client"):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Base:
    def __init__(self):
        # A comment of the first statement.
        self.name = "base"

    async def run(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Called:
    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.name = "called"

    async def run(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
