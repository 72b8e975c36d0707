import asyncio


async def work(): ...


class Client:
    def __init__(self):
        self.name = "client"

    async def run(self):
        asyncio.create_task(work())


class Worker:
    def __init__(self):
        self.name = "worker"

    async def run(self):
        asyncio.create_task(work())


class Server:
    def __init__(self):
        self.name = "server"

    async def run(self):
        asyncio.create_task(work())


class Record:
    def __init__(self):
        self.name = "record"

    async def run(self):
        asyncio.create_task(work())
