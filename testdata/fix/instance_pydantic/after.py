import asyncio

from pydantic import BaseModel, PrivateAttr


async def work(): ...


class Job(BaseModel):
    name: str
    _background_tasks: set[asyncio.Task[object]] = PrivateAttr(default_factory=set)

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Urgent(Job):
    level: int = 1

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
