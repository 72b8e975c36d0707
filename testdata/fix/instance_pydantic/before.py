import asyncio

from pydantic import BaseModel


async def work(): ...


class Job(BaseModel):
    name: str

    async def start(self):
        asyncio.create_task(work())


class Urgent(Job):
    level: int = 1

    async def start(self):
        asyncio.create_task(work())
