import asyncio
import dataclasses
from dataclasses import dataclass


async def work(): ...


@dataclass
class Job:
    """A job."""

    name: str
    retries: int = 3

    async def start(self):
        asyncio.create_task(work())


@dataclasses.dataclass(frozen=True, slots=True)
class Bare:
    async def start(self):
        asyncio.create_task(work())


@dataclass(init=False)
class Own:
    name: str

    def __init__(self):
        self.name = "own"

    async def start(self):
        asyncio.create_task(work())


@dataclass
class Fielded:
    field: str = "a"

    async def start(self):
        asyncio.create_task(work())


@dataclass
class Parent:
    name: str

    async def start(self):
        asyncio.create_task(work())


class Careless(Parent):
    def __init__(self):
        self.name = "careless"
