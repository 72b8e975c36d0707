import asyncio


async def work(): ...


class Compared:
    def __init__(self):
        self.name = "compared"

    def __eq__(self, other):
        return vars(self) == vars(other)

    def start(self):
        asyncio.create_task(work())
