"""What only seems to stop a task, and what only seems not to."""

import asyncio
from collections.abc import Generator
from typing import Generic, TypeVar

from shop import services


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


async def poll(host: str) -> None:
    while await send(host):
        await asyncio.sleep(1)


async def finish(hosts: list[str]) -> None:
    """A list that is made of itself."""
    jobs = [asyncio.create_task(send(host)) for host in hosts]  # -> none
    jobs = [job for job in jobs if not job.done()]
    await asyncio.gather(*jobs)


async def race(hosts: list[str]) -> None:
    """What has lost is gathered, which makes no task."""
    jobs = [asyncio.create_task(send(host)) for host in hosts]  # -> none
    _, pending = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    for job in pending:
        job.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def drain(jobs: list[asyncio.Task[bool]]) -> None:
    await asyncio.gather(*jobs, return_exceptions=True)


def reset(host: str, loop: asyncio.AbstractEventLoop) -> None:
    """The task goes on after the time limit."""
    future = asyncio.run_coroutine_threadsafe(
        send(host), loop
    )  # -> none | lifetime: unknown | stop: unknown
    try:
        future.result(timeout=10)
    except TimeoutError:
        print(host)


def reset_at_last(host: str, loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(
        send(host), loop
    )  # -> none | lifetime: call | stop: found
    while True:
        try:
            future.result(10)
            break
        except TimeoutError:
            print(host)


async def first_of(host: str, flag: asyncio.Future[bool]) -> bool:
    """Only the first is awaited."""
    flags = [flag]
    flags.append(asyncio.create_task(send(host)))  # -> low unsure | stop: unknown
    done, pending = await asyncio.wait(flags, return_when=asyncio.FIRST_COMPLETED)
    first = done.pop()
    return await first


async def watched(host: str) -> None:
    """What is awaited was done before the others were cancelled."""
    polling = asyncio.create_task(
        poll(host)
    )  # -> none | stopped_by: `watched` cancels it | failure: awaited
    sending = asyncio.create_task(send(host))  # -> none
    ready, pending = await asyncio.wait(
        [polling, sending], return_when=asyncio.FIRST_COMPLETED
    )
    for task in (polling, sending):
        if not task.done():
            task.cancel()
    if polling in ready:
        await polling
    print(pending)


class Pollers:
    """A waiter is none of the set that was made before it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        while True:
            tasks = set(self._tasks)
            waiter = asyncio.create_task(
                self._changed.wait()
            )  # -> none | failure: handled | stopped_by: `Pollers.run` cancels it
            done, _ = await asyncio.wait(
                tasks | {waiter}, return_when=asyncio.FIRST_COMPLETED
            )
            waiter.cancel()
            for task in done & tasks:
                task.result()


class Buckets:
    """One of two sets keeps what is also returned."""

    def __init__(self) -> None:
        self._quick: set[asyncio.Task[bool]] = set()
        self._slow: set[asyncio.Task[bool]] = set()

    def start(self, host: str, slow: bool) -> asyncio.Task[bool]:
        task = asyncio.create_task(send(host))  # -> none | owner: tasks | stop: unknown
        tasks = self._slow if slow else self._quick
        tasks.add(task)
        task.add_done_callback(tasks.remove)
        return task


def stop_spawner(spawner, host: str) -> asyncio.Task[bool]:
    """The attribute is not all that has the task."""
    future = spawner.stopping_now = asyncio.ensure_future(
        send(host)
    )  # -> none | stop: unknown
    return future


def parse(host: str) -> str:
    return host.strip()


class Dispatcher:
    """What a wrapper is given may be no coroutine."""

    def dispatch(self, host: str) -> list[asyncio.Task[bool]]:
        return [
            asyncio.create_task(send(host)),  # -> none
            asyncio.create_task(send(host + "/")),  # -> none
        ]

    async def handle(self, host: str) -> None:
        tasks = self.dispatch(parse(host))  # -> none | coroutine: unknown
        await asyncio.gather(*tasks)


def relay(host: str) -> None:
    services.fetch_later(host)


class Handler:
    """It is told to stop by who has it, whatever it is."""

    def __init__(self) -> None:
        self._is_running = True

    async def handle_all(self) -> None:
        while self._is_running:
            await send("handler")

    def end(self) -> None:
        self._is_running = False


class Server:
    def __init__(self, make) -> None:
        self._make = make
        self._handlers = {}

    def accept(self, host: str) -> None:
        handler = self._make(host)
        task = asyncio.create_task(handler.handle_all())  # -> none | stop: unknown
        self._handlers[task] = handler

    def end(self) -> None:
        for handler in self._handlers.values():
            handler.end()


class Runner:
    """It waits for a task whose loop is told to stop."""

    def __init__(self) -> None:
        self._is_over = False

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> medium lost-worker | stopped_by: `Runner.close` tells its loop to stop

    async def _run(self) -> None:
        inner = asyncio.create_task(self._loop())  # -> none
        await inner

    async def _loop(self) -> None:
        while not self._is_over:
            await send("runner")

    def close(self) -> None:
        self._is_over = True


async def wait_shielded(future: asyncio.Future[bool], limit: float) -> bool:
    await asyncio.wait([future], timeout=limit)
    if future.done():
        return await future
    raise TimeoutError


async def start_slowly(keeper, host: str) -> None:
    """It is awaited only if it is done."""
    keeper.starting_now = asyncio.ensure_future(send(host))  # -> none | stop: unknown
    await wait_shielded(keeper.starting_now, 5)


async def poll_safely(host: str) -> None:
    try:
        await poll(host)
    except Exception as error:
        print(error)


class Sensor:
    """What is not known to stop it is not known to forget the wait."""

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(poll_safely(host))  # -> none | stop: unknown

    def reset(self, *, now: bool = False) -> None:
        if now:
            self._task.cancel()

    async def aclose(self) -> None:
        self.reset()


class Meter:
    """The package has it under its own name: others make objects of it, and close them."""

    def start(self, host: str) -> None:
        self._polling = asyncio.create_task(poll_safely(host))  # -> none

    async def aclose(self) -> None:
        self._polling.cancel()
        await asyncio.wait([self._polling])


class Panel:
    def __init__(self) -> None:
        self._meter = Meter()

    def show(self, host: str) -> None:
        self._meter.start(host)


Item = TypeVar("Item")


class Reply(Generic[Item]):
    """Not a `Pending` of another module, though both are generic."""

    def __init__(self, waiting: asyncio.Future[Item]) -> None:
        self._waiting = waiting

    def __await__(self) -> Generator[None, None, Item]:
        return self._waiting.__await__()
