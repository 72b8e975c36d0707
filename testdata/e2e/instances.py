"""Methods that drop their tasks, of objects that live on: what an instance's own set is for."""

import asyncio
import dataclasses

from witness import job, run

keeper = set()


class Plain:
    def __init__(self, name):
        self.name = name

    def start(self):
        asyncio.create_task(job(self.name))


class Heir(Plain):
    def __init__(self, name):
        super().__init__(name)
        self.more = []

    def restart(self):
        unread = asyncio.create_task(job(f"{self.name}, again"))


class Slotted:
    __slots__ = ("name",)

    def __init__(self):
        self.name = "slotted"

    def start(self):
        asyncio.create_task(job(self.name)).add_done_callback(len)


class Bare:
    def start(self):
        def later():
            asyncio.create_task(job("bare"))

        later()


@dataclasses.dataclass(frozen=True)
class Record:
    name: str

    def start(self):
        asyncio.gather(job(self.name))


services = [Plain("plain"), Heir("heir"), Slotted(), Bare(), Record("record")]


async def all_of_them():
    for service in services:
        service.start()
    services[1].restart()


async def kept():
    task = asyncio.create_task(job("kept"))
    keeper.add(task)
    task.add_done_callback(keeper.discard)


run(
    all_of_them,
    kept,
)
