"""What ends a task, or only seems to; who sees that it failed."""

import asyncio
import contextlib
import enum
import logging


async def forever(name: str) -> None:
    while True:
        print(await asyncio.to_thread(open, name))


async def guarded() -> None:
    while True:
        try:
            print(await asyncio.to_thread(open, "list"))
        except asyncio.CancelledError:
            raise
        except Exception:
            logging.exception("guarded")
        await asyncio.sleep(1)


class Restarted:
    async def start(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._task = asyncio.create_task(
            guarded()
        )  # -> medium endless | stopped_by: only a restart


class RestartedByStop:
    async def start(self) -> None:
        self._again()
        self._task = asyncio.create_task(
            guarded()
        )  # -> medium endless | stopped_by: only a restart

    def _again(self) -> None:
        if self._task:
            self._task.cancel()


class Itself:
    async def _loop(self) -> None:
        while True:
            await asyncio.sleep(1)
            if not self._wanted():
                self._task.cancel()

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._loop()
        )  # -> medium endless | stopped_by: only its own coroutine


class Asked:
    def __init__(self, app) -> None:
        app.router.add_get("/stop", self.hush)

    def start(self) -> None:
        self._task = asyncio.create_task(
            guarded()
        )  # -> medium endless | stopped_by: only a request

    async def hush(self, request) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class Failing:
    def start(self) -> None:
        self._task = asyncio.create_task(
            guarded()
        )  # -> medium endless | stopped_by: only an error

    async def send(self, connection) -> None:
        try:
            await connection.send("ping")
        except OSError:
            self._task.cancel()
            await asyncio.wait([self._task])


class Refusing:
    def start(self) -> None:
        self._task = asyncio.create_task(
            guarded()
        )  # -> medium endless | stopped_by: only an error

    async def greet(self, connection) -> None:
        if not await connection.knows("me"):
            self._task.cancel()
            await asyncio.wait([self._task])
            raise RuntimeError("unknown")


class Shielded:
    def start(self) -> None:
        self._task = asyncio.create_task(guarded())  # -> medium endless

    async def close(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._task), 5)


class Limited:
    def start(self) -> None:
        self._task = asyncio.create_task(
            guarded()
        )  # -> none | stopped_by: `Limited.close` waits for it, and cancels it at a time limit

    async def close(self) -> None:
        await asyncio.wait_for(self._task, 5)


class SeenAtTheEnd:
    def start(self) -> None:
        self._task = asyncio.create_task(
            forever("list")
        )  # -> low late | failure: awaited-at-stop

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


class NeverSeen:
    def start(self) -> None:
        self._task = asyncio.create_task(
            forever("list")
        )  # -> medium lost-worker | failure: lost

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(BaseException):
            await self._task


class HandledInside:
    def start(self) -> None:
        self._task = asyncio.create_task(guarded())  # -> none | failure: handled

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


class SeenWhileItRuns:
    async def run(self) -> None:
        self._task = asyncio.create_task(forever("list"))  # -> none | failure: awaited
        await self._task

    async def close(self) -> None:
        self._task.cancel()


class Skipping:
    def start(self, connection) -> None:
        self._connection = connection
        self._task = asyncio.create_task(guarded())  # -> medium skips-cleanup

    async def close(self) -> None:
        self._task.cancel()
        await self._task
        await self._connection.close()


class AwaitsSomethingElse:
    def start(self, connection) -> None:
        self._connection = connection
        self._task = asyncio.create_task(guarded())  # -> low unawaited

    async def close(self) -> None:
        self._task.cancel()
        await self._connection.close()


class Scheduler:
    def start(self) -> None:
        self._task = asyncio.create_task(guarded())  # -> medium unawaited-at-exit

    def close(self) -> None:
        self._task.cancel()


scheduler = Scheduler()


class Keyed:
    def start(self, hass) -> None:
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._jobs["one"] = asyncio.create_task(guarded())  # -> none
        self._jobs["two"] = asyncio.create_task(guarded())  # -> medium endless

    async def close(self) -> None:
        job = self._jobs["one"]
        job.cancel()
        await asyncio.wait([job])


class Overwritten:
    def start(self) -> None:
        self._task = asyncio.create_task(forever("one"))  # -> medium endless
        self._task = asyncio.create_task(guarded())  # -> none

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class Counted:
    async def _count(self, left: int) -> None:
        while left > 0:
            print(await asyncio.to_thread(open, "list"))
            left -= 1

    def start(self) -> None:
        self._task = asyncio.create_task(self._count(3))  # -> low unstopped


class CannotFail:
    async def _wait(self) -> None:
        await asyncio.sleep(1)
        print("over")

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._wait()
        )  # -> low unstopped | failure: handled


class CalledByOthers:
    def start(self) -> None:
        self._task = asyncio.create_task(guarded())  # -> none

    async def done(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class State(enum.Enum):
    RUNNING = enum.auto()
    STOPPED = enum.auto()


class Stated:
    """Whoever sets its state ends its loop; nothing says which state that is."""

    def __init__(self, stream) -> None:
        self._stream = stream
        self._state = State.RUNNING

    def start(self) -> None:
        self._reading = asyncio.create_task(self._read())  # -> low | stop: unknown
        self._polling = asyncio.create_task(self._poll())  # -> none | stop: unknown
        self._counting = asyncio.create_task(self._count())  # -> medium | stop: nothing

    async def _read(self) -> None:
        async for message in self._stream:
            if self._state == State.STOPPED:
                break
            print(message)

    async def _poll(self) -> None:
        while self._state is not State.STOPPED:
            await self._stream.poll()

    async def _count(self) -> None:
        while True:
            if await self._stream.count() == State.STOPPED:
                break

    def set_state(self, state: State) -> None:
        self._state = state


class Reported:
    """Who waits for a report with a limit does not end it."""

    def fail(self) -> None:
        self._report = asyncio.create_task(guarded())  # -> none | stop: unknown

    async def wait_for_report(self, timeout: float | None) -> None:
        await asyncio.wait((self._report,), timeout=timeout)


def run_all(loop: asyncio.AbstractEventLoop, names: list[str]) -> None:
    """The others run on where one fails, however the loop waits for all."""
    everything = asyncio.gather(
        *[forever(name) for name in names]
    )  # -> none | lifetime: unknown
    loop.run_until_complete(everything)
