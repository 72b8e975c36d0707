"""What has a limit, or an end, that stands somewhere else."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

LIMIT_SECONDS = 2.0
POLL_SECONDS = 0.1
_published: set[asyncio.Task[bool]] = set()


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


async def publish(host: str) -> None:
    """The limit is a constant of the module."""
    task = asyncio.create_task(send(host))  # -> low unstopped | stop: unknown
    _published.add(task)
    await asyncio.wait((task,), timeout=LIMIT_SECONDS)


class Closing:
    """The limit is an attribute, which a parameter with a default sets."""

    def __init__(self, close_timeout: float = 5.0) -> None:
        self._close_timeout = close_timeout

    async def disconnect(self, host: str) -> None:
        self._close = asyncio.create_task(send(host))  # -> low lost | stop: unknown
        await asyncio.wait({self._close}, timeout=self._close_timeout)


@dataclass
class Settings:
    grace: float = 1.0
    patience: float | None = None


class Waiting:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(
            send(host)
        )  # -> none | stopped_by: `Waiting.close` waits for it, and cancels it at a time limit

    async def close(self) -> None:
        await asyncio.wait_for(self._task, self._settings.grace)


class Patient:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(
            send(host)
        )  # -> none | stopped_by: `Patient.close` waits for it, and cancels it at its time limit if it has one

    async def close(self) -> None:
        await asyncio.wait_for(self._task, self._settings.patience)


async def _insist(task: asyncio.Task[bool]) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while not task.done() and time.monotonic() < deadline:
        task.cancel()
        await asyncio.wait((task,), timeout=POLL_SECONDS)


async def within(host: str) -> bool:
    """It gives up on what swallows its cancellation."""
    task = asyncio.create_task(send(host))  # -> none | lifetime: unknown
    await asyncio.wait((task,), timeout=5)
    if task.done():
        return task.result()
    await _insist(task)
    raise TimeoutError


async def serve(hosts: list[str]) -> None:
    """What is gathered are tasks that others have made."""
    served: set[asyncio.Task[None]] = set()

    async def accept(reader, writer) -> None:
        task = asyncio.current_task()
        served.add(task)
        await send("accepted")

    server = await asyncio.start_server(accept)
    await server.wait_closed()
    together = asyncio.gather(*served)
    await asyncio.wait_for(together, 5)


def renamed(name: str):
    def decorate(function):
        async def call(*args, **kwargs):
            kwargs.pop(name, None)
            return await function(*args, **kwargs)

        return call

    return decorate


@renamed("old")
async def cool_down(host: str) -> None:
    print(host)


def cool(host: str) -> None:
    asyncio.create_task(cool_down(host))  # -> low never-waits


class Finishing:
    """What is gathered are tasks of the set."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[bool]] = set()

    def start(self, host: str) -> None:
        task = asyncio.create_task(send(host))  # -> none
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        unfinished = [task for task in self._tasks if not task.done()]
        together = asyncio.gather(*unfinished, return_exceptions=True)
        await asyncio.wait_for(together, 5)


_beat: asyncio.Task[None] | None = None


async def beat() -> None:
    while True:
        try:
            await send("beat")
        except Exception as error:
            print(error)


def ensure_beat() -> None:
    global _beat
    if _beat is None:
        _beat = asyncio.create_task(
            beat()
        )  # -> none | stopped_by: `end_beat` cancels it; `end_beat` then waits for it | action: no problem found


async def end_beat() -> None:
    _beat.cancel()
    await asyncio.wait([_beat])


@asynccontextmanager
async def jobs_lifespan(app: FastAPI):
    """Starlette does not run it, as its application is only mounted."""
    yield
    await end_beat()


jobs_app = FastAPI(lifespan=jobs_lifespan)
app = FastAPI()
app.mount("/jobs", jobs_app)
