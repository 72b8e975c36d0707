import asyncio

from app.mixins import Called, work


class HTTPHeir(Called):
    def __init__(self):
        super().__init__()
        self.more = True

    async def again(self):
        asyncio.create_task(work())
