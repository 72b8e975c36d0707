import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


class Client:
    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.name = "client"

    async def run(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Worker:
    def __init__(self):
        self.name = "worker"

    async def run(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Server:
    def __init__(self):
        self.name = "server"

    async def run(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Record:
    def __init__(self):
        self.name = "record"

    async def run(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
