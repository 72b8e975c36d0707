import asyncio
import dataclasses
from dataclasses import dataclass

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


@dataclass
class Job:
    """A job."""

    name: str
    retries: int = 3
    _background_tasks: set[asyncio.Task[object]] = dataclasses.field(
        default_factory=set, init=False, repr=False, compare=False
    )

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


@dataclasses.dataclass(frozen=True, slots=True)
class Bare:
    _background_tasks: set[asyncio.Task[object]] = dataclasses.field(
        default_factory=set, init=False, repr=False, compare=False
    )

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


@dataclass(init=False)
class Own:
    name: str

    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.name = "own"

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


@dataclass
class Fielded:
    field: str = "a"

    async def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


@dataclass
class Parent:
    name: str

    async def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Careless(Parent):
    def __init__(self):
        self.name = "careless"
