import asyncio
import concurrent.futures
import contextlib
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(): ...


class Service:
    """Runs things."""

    def __init__(self, name: str) -> None:
        """Make one."""
        self._background_tasks: set[asyncio.Future[Any]] = set()
        self._background_futures: set[concurrent.futures.Future[Any]] = set()
        self.name = name

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
        work_task = asyncio.create_task(work(), name="second")
        self._background_tasks.add(work_task)
        work_task.add_done_callback(self._background_tasks.discard)
        work_task.add_done_callback(print)
        poll = asyncio.create_task(work())
        self._background_tasks.add(poll)
        poll.add_done_callback(self._background_tasks.discard)

        def later():
            task = asyncio.create_task(work())
            self._background_tasks.add(task)
            task.add_done_callback(self._background_tasks.discard)

        later()

    async def gather(this):
        future = asyncio.gather(work(), work())
        this._background_tasks.add(future)
        future.add_done_callback(this._background_tasks.discard)

    def from_thread(self, loop: asyncio.AbstractEventLoop):
        future = asyncio.run_coroutine_threadsafe(work(), loop)
        self._background_futures.add(future)
        future.add_done_callback(self._background_futures.discard)

    @staticmethod
    def static():
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    @classmethod
    def make(cls):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    def rebinds(self, other):
        self = other
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    def soon(self, loop: asyncio.AbstractEventLoop):
        loop.call_soon(lambda: _keep_task(asyncio.create_task(work())))


class Fresh:
    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Documented:
    """Has no constructor."""

    retries = 3

    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Derived(Service):
    def __init__(self, name: str):
        super().__init__(name)
        self.more = []

    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Inherits(Service):
    async def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Early:
    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
        self.made = True


class Taken:
    def __init__(self):
        self._detached_tasks: set[asyncio.Task[object]] = set()
        self._background_tasks = []

    async def start(self):
        task = asyncio.create_task(work())
        self._detached_tasks.add(task)
        task.add_done_callback(self._detached_tasks.discard)


def function():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
