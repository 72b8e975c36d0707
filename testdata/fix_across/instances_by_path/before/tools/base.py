import asyncio


async def work(): ...


class Tool:
    def __init__(self):
        self.name = "tool"

    async def run(self):
        asyncio.create_task(work())
