import asyncio


async def work(): ...


class Starts:
    async def start(self):
        asyncio.create_task(work())


class Stops:
    def __init__(self):
        self.stopped = False

    async def stop(self: "Client"):
        asyncio.create_task(work())


class Base:
    def __init__(self):
        # A comment of the first statement.
        self.name = "base"

    async def run(self):
        asyncio.create_task(work())


class Called:
    def __init__(self):
        self.name = "called"

    async def run(self):
        asyncio.create_task(work())
