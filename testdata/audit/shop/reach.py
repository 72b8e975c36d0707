"""Who can reach a task to stop it: through a property, a helper, a record, a mixin, a request."""

import asyncio
import contextlib
import dataclasses
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, FastAPI

router = APIRouter()


async def read(stream) -> None:
    async for line in stream:
        print(line)


async def forever(name: str) -> None:
    while True:
        try:
            print(await asyncio.to_thread(open, name))
        except Exception:
            print("again")


class Request:
    """The attribute that it sets is a property, which keeps the task in another."""

    __sender: asyncio.Task[None] | None = None

    @property
    def _sender(self) -> asyncio.Task[None] | None:
        return self.__sender

    @_sender.setter
    def _sender(self, sender: asyncio.Task[None] | None) -> None:
        self.__sender = sender

    def send(self, stream) -> None:
        self._sender = asyncio.create_task(
            read(stream)
        )  # -> none | stopped_by: `Request.close` cancels it; `Request.close` then waits for it

    async def close(self) -> None:
        if self.__sender is not None:
            self.__sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.__sender


class Ensemble:
    """A helper collects the tasks of several containers, and another stops them."""

    def __init__(self) -> None:
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._writers: dict[str, asyncio.Task[None]] = {}

    def _collect(self, names: list[str]) -> set[asyncio.Task[None]]:
        return {
            task
            for tasks in [self._readers, self._writers]
            for name, task in tasks.items()
            if name in names
        }

    def read(self, name: str, stream) -> None:
        self._readers[name] = asyncio.create_task(
            read(stream)
        )  # -> low lost | stopped_by: `Ensemble.close` cancels it, through `end_all`; `Ensemble.close` then waits

    def write(self, name: str, stream) -> None:
        self._writers[name] = asyncio.create_task(
            read(stream)
        )  # -> low lost | stop: found

    async def close(self) -> None:
        tasks = self._collect([*self._readers, *self._writers])
        await end_all(tasks)


async def end_all(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


@dataclasses.dataclass
class Job:
    name: str
    runner: asyncio.Task[None]


class Jobs:
    """Each record has a task of its own."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def start(self, name: str) -> None:
        runner = asyncio.create_task(
            forever(name)
        )  # -> none | owner: Job.runner | stopped_by: `end` cancels it
        self._jobs[name] = Job(name=name, runner=runner)

    async def close(self) -> None:
        for job in self._jobs.values():
            await end(job)


async def end(job: Job) -> None:
    job.runner.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await job.runner


class Group:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def call_soon(self, function, *arguments) -> None:
        task = asyncio.create_task(function(*arguments))  # -> none
        task.add_done_callback(self._running.discard)
        self._running.add(task)

    async def stop(self) -> None:
        await end_all(self._running)


class Server:
    def __init__(self) -> None:
        self._group = Group()

    async def close(self) -> None:
        await self._group.stop()

    async def __aexit__(self, *error: object) -> None:
        await self.close()


class Worker(Server):
    """Its base has a group of another class, which stops what is given to it."""

    def greet(self, name: str) -> None:
        self._group.call_soon(
            forever, name
        )  # -> none | stopped_by: `Group.stop` cancels it, through `end_all`; `Group.stop` then waits


class Syncing:
    """Others call the method of a task that has the same name; this one is called by a request."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(
                forever("sync")
            )  # -> medium endless | stopped_by: only a request: `Syncing.cancel` cancels it

    async def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


_syncing = Syncing()


def get_syncing() -> Syncing:
    return _syncing


async def _cancel_sync(syncing: Syncing) -> None:
    await syncing.cancel()


@router.delete("/sync")
async def cancel_sync(syncing: Annotated[Syncing, Depends(get_syncing)]) -> None:
    await _cancel_sync(syncing)


class Resting:
    """A dependency of a request stops it."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            forever("rest")
        )  # -> medium endless | stopped_by: only a request: `Resting.rest` cancels it

    async def rest(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


_resting = Resting()


async def rested() -> Resting:
    await _resting.rest()
    return _resting


@router.get("/rest")
async def rest(resting: Annotated[Resting, Depends(rested)]) -> None:
    resting.start()


class Shared:
    """What a class holds is not held by its objects."""

    _jobs: ClassVar[set[asyncio.Task[None]]] = set()
    _last = None

    def start(self, stream) -> None:
        job = asyncio.create_task(
            read(stream)
        )  # -> low unstopped | lifetime: application
        self._jobs.add(job)

    @classmethod
    def start_last(cls, stream) -> None:
        cls._last = asyncio.create_task(
            read(stream)
        )  # -> low unstopped | lifetime: application


class Swept:
    """Its callbacks are methods of its own class."""

    _jobs: ClassVar[set[asyncio.Task[None]]] = set()

    @classmethod
    def _sweep(cls, job: asyncio.Task[None]) -> None:
        cls._jobs.discard(job)

    def start(self, stream) -> None:
        cls = type(self)
        job = asyncio.create_task(
            read(stream)
        )  # -> none | failure: logged | lifetime: application
        cls._jobs.add(job)
        job.add_done_callback(cls._sweep)


@dataclasses.dataclass
class Own:
    """A field of a dataclass is of its objects."""

    _jobs: set[asyncio.Task[None]] = dataclasses.field(default_factory=set)

    def start(self, stream) -> None:
        job = asyncio.create_task(read(stream))  # -> low unstopped | lifetime: object
        self._jobs.add(job)


class Exposed:
    """Whoever asks for the tasks can stop them."""

    def __init__(self) -> None:
        self._jobs: list[asyncio.Task[None]] = []

    def start(self, stream) -> None:
        self._jobs.append(asyncio.create_task(read(stream)))  # -> none | stop: unknown

    def jobs(self) -> list[asyncio.Task[None]]:
        return list(self._jobs)

    def once(self, stream) -> asyncio.Task[None]:
        return asyncio.create_task(read(stream))  # -> none | stop: caller


class Queued:
    """A sentinel in the queue ends its worker, which asks a helper for the next item."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def _next(self) -> str | None:
        return await self._queue.get()

    async def _work(self) -> None:
        try:
            while True:
                item: str | None = await self._next()
                if item is None:
                    print("over")
                    break
                print(item)
        except Exception:
            print("failed")

    def start(self) -> None:
        self._worker = asyncio.create_task(
            self._work()
        )  # -> none | stopped_by: `Queued.close` tells its loop to stop

    def close(self) -> None:
        self._queue.put_nowait(None)


def track(jobs: set[asyncio.Task[None]], coroutine) -> None:
    job = asyncio.create_task(coroutine)  # -> none | owner: jobs
    jobs.add(job)
    job.add_done_callback(jobs.discard)


class Tracked:
    """It gives its container to a function that fills it."""

    def __init__(self) -> None:
        self._jobs: set[asyncio.Task[None]] = set()

    def start(self, stream) -> None:
        track(
            self._jobs, read(stream)
        )  # -> none | owner: Tracked._jobs | stopped_by: `Tracked.close` waits for it | failure: logged

    async def close(self) -> None:
        await asyncio.wait(self._jobs)


class Registry:
    def __init__(self) -> None:
        self._kept: set[asyncio.Task[None]] = set()

    def keep(self, job: asyncio.Task[None]) -> None:
        self._kept.add(job)


_registry = Registry()


def keep(job: asyncio.Task[None]) -> None:
    _registry.keep(job)


def kept(stream) -> None:
    job = asyncio.create_task(
        read(stream)
    )  # -> low unstopped | owner: Registry._kept | lifetime: application
    keep(job)


class Joined:
    """Who waits last cancels what has not ended by then."""

    async def get(self, stream) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(
                read(stream)
            )  # -> none | stopped_by: `Joined.get` cancels it, through `Joined._join`
        await self._join(self._reading)

    async def _join(self, reading: asyncio.Task[None]) -> None:
        self._joined += 1
        try:
            await asyncio.shield(reading)
        finally:
            self._joined -= 1
            if not self._joined:
                reading.cancel()


@contextlib.asynccontextmanager
async def swept():
    sweeping = asyncio.create_task(
        forever("sweep")
    )  # -> none | lifetime: application | stopped_by: `swept` cancels it
    yield
    sweeping.cancel()
    await asyncio.wait([sweeping])


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    async with swept():
        yield


app = FastAPI(lifespan=lifespan)


async def fill(jobs: list[asyncio.Task[None]], stream) -> None:
    jobs.append(asyncio.create_task(read(stream)))  # -> none | failure: awaited
    await asyncio.gather(*jobs)
