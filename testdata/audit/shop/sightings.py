"""Who sees that a task failed, and what its end does to the code around it."""

import asyncio
import contextlib
from typing import Final


async def connect(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


async def race(hosts: list[str]) -> None:
    """The first that is done ends the wait, and the others are cancelled."""
    attempts = [
        asyncio.create_task(
            connect(host)
        )  # -> none | owner: local variable in race | stopped_by: `race` cancels it; `race` then waits for it
        for host in hosts
    ]
    done, pending = await asyncio.wait(attempts, return_when=asyncio.FIRST_COMPLETED)
    for attempt in pending:
        attempt.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await attempt
    for attempt in done:
        attempt.result()


async def peek(started: asyncio.Event) -> None:
    """A task that is done is not waited for; what waits for it is at the end."""
    attempt = asyncio.create_task(
        connect("peek")
    )  # -> none | owner: local variable in peek | stopped_by: `peek` cancels it; `peek` then waits for it | failure: observed
    await started.wait()
    if attempt.done():
        error = attempt.exception()
        if error is not None:
            raise error
    try:
        await asyncio.sleep(1)
    finally:
        attempt.cancel()
        await attempt


@contextlib.asynccontextmanager
async def connected():
    """The gather retrieves the exception, so asyncio says nothing."""
    attempt = asyncio.create_task(connect("block"))  # -> low lost | failure: lost
    try:
        yield
    finally:
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)


@contextlib.asynccontextmanager
async def waited():
    """A wait retrieves nothing, and after `cancel()` asyncio logs nothing."""
    attempt = asyncio.create_task(connect("block"))  # -> low lost | failure: lost
    try:
        yield
    finally:
        attempt.cancel()
        await asyncio.wait([attempt])


class Renewed:
    """A request starts it anew when it is done, and lets go of what failed."""

    def __init__(self, app) -> None:
        app.router.add_get("/renew", self.renew)

    async def renew(self, request) -> None:
        if self._attempt is None or self._attempt.done():
            self._attempt = asyncio.create_task(
                connect("renewed")
            )  # -> none | failure: logged

    def start(self) -> None:
        self._attempt = asyncio.create_task(
            connect("first")
        )  # -> none | failure: logged

    async def close(self) -> None:
        self._attempt.cancel()
        await asyncio.wait([self._attempt])


class Alive:
    """A method says whether it is done, of a local name for it."""

    def _is_alive(self) -> bool:
        attempt: Final = self._attempt
        return attempt is not None and not attempt.done() and attempt.get_name() != ""

    async def send(self, host: str) -> None:
        if not self._is_alive():
            self._attempt = asyncio.create_task(
                connect(host)
            )  # -> none | failure: logged

    async def close(self) -> None:
        self._attempt.cancel()
        await asyncio.wait([self._attempt])


def submit(host: str, loop: asyncio.AbstractEventLoop):
    return asyncio.run_coroutine_threadsafe(connect(host), loop)  # -> none


def connect_now(host: str, loop: asyncio.AbstractEventLoop) -> bool:
    """The result of a future of another thread's loop is waited for."""
    attempt = submit(host, loop)  # -> none | owner: awaited in connect_now
    return attempt.result()


async def keep_connected(hosts: asyncio.Queue[str]) -> None:
    attempt = None
    while True:
        host = await hosts.get()
        if attempt is None or attempt.done():
            attempt = asyncio.create_task(connect(host))  # -> none | failure: logged


class Flushed:
    """It waits for more after its cancellation."""

    async def _run(self, host: str) -> None:
        try:
            await connect(host)
        except asyncio.CancelledError:
            await self._flush()
            return

    async def _run_on(self, host: str) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await connect(host)
        await self._flush()

    async def _run_out(self, host: str) -> None:
        try:
            await connect(host)
        except asyncio.CancelledError:
            print("over")
        finally:
            await self._flush()

    async def _flush(self) -> None:
        await asyncio.sleep(1)

    async def run(self, host: str) -> None:
        first = asyncio.create_task(self._run(host))  # -> none | cancellation: unknown
        second = asyncio.create_task(
            self._run_on(host)
        )  # -> none | cancellation: unknown
        third = asyncio.create_task(
            self._run_out(host)
        )  # -> none | cancellation: propagates
        await asyncio.gather(first, second, third)


class Pair:
    """The wait for the first raises, so that for the second is not reached."""

    def start(self, host: str) -> None:
        self._one = asyncio.create_task(connect(host))  # -> medium skips-cleanup
        self._two = asyncio.create_task(
            connect(host)
        )  # -> low unawaited | failure: lost | stopped_by: `Pair.close` cancels it

    async def close(self) -> None:
        self._one.cancel()
        self._two.cancel()
        await self._one
        await self._two


class GuardedPair:
    def start(self, host: str) -> None:
        self._one = asyncio.create_task(connect(host))  # -> none
        self._two = asyncio.create_task(
            connect(host)
        )  # -> none | failure: awaited-at-stop

    async def close(self) -> None:
        for task in (self._one, self._two):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


_spawned: set[asyncio.Task[bool]] = set()


def spawn(coroutine) -> asyncio.Task[bool]:
    task = asyncio.create_task(coroutine)  # -> none
    _spawned.add(task)
    return task


async def perhaps(host: str, wait: bool) -> None:
    """It is only awaited if that is asked for."""
    attempt = spawn(connect(host))  # -> none | failure: unknown
    if wait:
        await attempt


async def end_all(tasks: set[asyncio.Task[bool]]) -> set[asyncio.Task[bool]]:
    for task in tasks:
        task.cancel()
    done, _ = await asyncio.wait(tasks)
    return done


class Ended:
    """What the function returns is thrown away."""

    def start(self, host: str) -> None:
        self._attempt = asyncio.create_task(
            connect(host)
        )  # -> low lost | failure: lost

    async def close(self) -> None:
        await end_all({self._attempt})


class Read(Ended):
    """What the function returns is looked at."""

    def read(self, host: str) -> None:
        self._reading = asyncio.create_task(
            connect(host)
        )  # -> none | failure: awaited-at-stop

    async def stop(self) -> None:
        for task in await end_all({self._reading}):
            task.result()


async def connect_quietly(host: str) -> None:
    with contextlib.suppress(Exception):
        await connect(host)


async def connect_again(hosts: list[str]) -> None:
    pause = asyncio.Event()
    while True:
        try:
            for host in hosts:
                await connect(host)
        except Exception as error:
            print(f"{error}")
        pause.clear()
        await asyncio.sleep(60)


class Quiet:
    """Its tasks raise nothing, whatever they wait for."""

    def start(self, hosts: list[str]) -> None:
        self._once = asyncio.create_task(
            connect_quietly(hosts[0])
        )  # -> none | failure: handled
        self._again = asyncio.create_task(
            connect_again(hosts)
        )  # -> none | failure: handled

    async def close(self) -> None:
        for task in (self._once, self._again):
            task.cancel()
        await asyncio.wait({self._once, self._again})
