"""Who closes an object, which of several tasks is meant, and what only looks like a task's end."""

import asyncio
import contextlib
import logging


async def read(stream) -> None:
    while True:
        try:
            print(await stream.readline())
        except Exception:
            logging.exception("read")


async def connect(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


class Wire:
    """It is closed by its users, and by itself after an error."""

    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none

    async def greet(self, stream) -> None:
        if not await stream.greet():
            await self.close()
            raise ConnectionError("no greeting")
        if not await stream.agree():
            await self.close()

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])


class Stream:
    def __init__(self) -> None:
        self._attempt: asyncio.Task[bool] | None = None

    def connect(self, host: str) -> None:
        self._attempt = asyncio.create_task(
            connect(host)
        )  # -> low unawaited | failure: lost

    async def connect_now(self, host: str) -> None:
        self._attempt = asyncio.create_task(connect(host))  # -> none | failure: awaited
        await self._attempt

    def cancel_attempt(self) -> None:
        if self._attempt:
            self._attempt.cancel()

    def disconnect(self) -> None:
        self.cancel_attempt()


class Features:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def refuse(self) -> None:
        self._stream.disconnect()


class Commands:
    def __init__(self, client) -> None:
        client.register_handler("execute", self._on_execute)

    def start(self) -> None:
        self._timeout = asyncio.create_task(
            connect("slow")
        )  # -> low unstopped | stopped_by: only an event: `Commands._on_execute` cancels it

    def _on_execute(self, command) -> None:
        self._timeout.cancel()


class Reconnecting:
    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def _reconnect(self) -> None:
        try:
            while True:
                await connect("again")
        finally:
            self._over.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._reconnect())  # -> medium lost-worker

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait_for(self._over.wait(), 5)


class Trying:
    async def _try(self) -> None:
        while True:
            if await connect("again"):
                break
            await asyncio.sleep(1)

    async def _try_again(self) -> None:
        while True:
            try:
                await connect("again")
                break
            except OSError:
                await asyncio.sleep(1)

    def start(self) -> None:
        self._one = asyncio.create_task(self._try())  # -> low lost
        self._two = asyncio.create_task(self._try_again())  # -> low unstopped

    async def close(self) -> None:
        self._one.cancel()
        await asyncio.wait([self._one])


class Events:
    def _dispatch(self, event: str) -> asyncio.Task[bool]:
        handler = getattr(self, event)
        return asyncio.create_task(handler())  # -> none

    def opened(self, event: str) -> None:
        self._opened = self._dispatch(event)  # -> low unstopped | coroutine: handler


class Server:
    async def close(self) -> None:
        await self._end()

    async def _end(self) -> None:
        pass


class Pinging(Server):
    def start(self, stream) -> None:
        self._ping = asyncio.create_task(read(stream))  # -> none

    async def greet(self) -> None:
        try:
            await connect("greeting")
        except OSError:
            await self._end()

    async def _end(self) -> None:
        self._ping.cancel()
        await asyncio.wait([self._ping])


class Reopened:
    def __init__(self) -> None:
        self._readers: set[asyncio.Task[None]] = set()

    def start(self, stream) -> None:
        self._readers.add(asyncio.create_task(read(stream)))  # -> none

    async def close(self) -> None:
        await asyncio.gather(*self._readers)
        self._readers = set()


class Reconnected:
    async def connect(self, stream) -> None:
        if self._reader:
            self._reader.cancel()
        await self._open(stream)

    async def _open(self, stream) -> None:
        await connect("host")
        self._listen(stream)

    def _listen(self, stream) -> None:
        self._reader = asyncio.create_task(
            read(stream)
        )  # -> medium endless | stopped_by: only a restart


class Patient:
    def start(self, stream) -> None:
        self._reader = asyncio.create_task(
            read(stream)
        )  # -> none | stopped_by: `Patient.close` waits for it, and cancels it at a time limit

    async def close(self) -> None:
        reader = self._reader
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(reader), 0.1)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader, 2)


class Limiter:
    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    async def _release(self) -> None:
        while self._waiting:
            await connect("limit")
            self._waiting.pop(0).set_result(None)

    async def _expire(self, limit: float) -> None:
        while True:
            if asyncio.get_running_loop().time() >= limit:
                return
            await connect("again")

    def start(self, limit: float) -> None:
        self._releasing = asyncio.create_task(self._release())  # -> low lost
        self._expiry = asyncio.create_task(self._expire(limit))  # -> low lost

    async def close(self) -> None:
        self._releasing.cancel()
        self._expiry.cancel()
        await asyncio.wait([self._releasing, self._expiry])


class Group:
    def __init__(self) -> None:
        self._calls: set[asyncio.Task[bool]] = set()

    def call_soon(self, function, *arguments) -> None:
        task = asyncio.create_task(function(*arguments))  # -> none
        self._calls.add(task)

    def greet(self, host: str) -> None:
        self.call_soon(connect, host)  # -> none | coroutine: connect

    async def _stop(self) -> None:
        for task in self._calls:
            if task.done():
                print(task.result())
        await asyncio.gather(*self._calls)

    async def close(self) -> None:
        await self._stop()


class Connecting:
    """The wait in the function that makes the task is no stop of the one before."""

    async def connect(self, host: str) -> None:
        if self._attempt:
            self._attempt.cancel()
        self._attempt = asyncio.create_task(connect(host))  # -> none | failure: awaited
        await self._attempt

    async def __aexit__(self, *error: object) -> None:
        await self.connect("bye")


class Sender:
    def start(self, host: str) -> None:
        self._attempt = asyncio.create_task(connect(host))  # -> low unawaited

    def _send_headers(self) -> None:
        self._attempt.cancel()

    async def send(self) -> None:
        self._send_headers()

    async def __aexit__(self, *error: object) -> None:
        await self.send()


def lets_go(host: str) -> None:
    asyncio.create_task(connect(host))  # -> high dropped | failure: logged


class LooksLate:
    def start(self, host: str) -> None:
        self._attempt = asyncio.create_task(
            connect(host)
        )  # -> none | failure: awaited-at-stop

    async def _stop_attempt(self) -> None:
        if self._attempt.done():
            self._attempt.result()
        else:
            await self._attempt

    async def close(self) -> None:
        await self._stop_attempt()


async def together(hosts: list[str]) -> None:
    attempt = connect(hosts[0])
    first = asyncio.create_task(attempt)  # -> none | coroutine: connect
    others = [
        asyncio.create_task(connect(host))  # -> none
        for host in hosts
    ]
    await asyncio.gather(first, *others)
    closed = asyncio.get_running_loop().create_future()
    await asyncio.shield(closed)


class Waiting:
    async def connect(self, host: str, wait: bool) -> None:
        self._attempt = asyncio.create_task(connect(host))  # -> none | failure: unknown
        if wait:
            await self._attempt

    async def connect_now(self, host: str) -> None:
        self._first = asyncio.create_task(connect(host))  # -> none | failure: awaited
        try:
            await connect("other")
        finally:
            await self._first


def of_another_thread(host: str, loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(
        connect(host), loop
    )  # -> high dropped | failure: lost


async def first_of(hosts: list[str]) -> None:
    attempts = [
        asyncio.create_task(connect(host))  # -> none | failure: observed
        for host in hosts
    ]
    done, pending = await asyncio.wait(attempts, return_when=asyncio.FIRST_COMPLETED)
    for attempt in pending:
        attempt.cancel()
    for attempt in done:
        attempt.result()


async def started(app: dict[str, asyncio.Task[bool]]) -> None:
    app["attempt"] = asyncio.create_task(
        connect("app")
    )  # -> none | owner: app["attempt"]


class Adapter:
    def __init__(self) -> None:
        self._runner: asyncio.Task[bool] | None = None


class ClosedAdapter(Adapter):
    def run(self) -> None:
        self._runner = asyncio.create_task(connect("closed"))  # -> low unawaited

    def close(self) -> None:
        self._runner.cancel()


class OpenAdapter(Adapter):
    def run(self) -> None:
        self._runner = asyncio.create_task(
            connect("open")
        )  # -> low unstopped | stopped_by:


class Handlers:
    def start(self, client) -> None:
        client.add_event_handler("command", self._on_command)
        self._timer = asyncio.create_task(
            connect("slow")
        )  # -> low unstopped | stopped_by: only an event

    def _on_command(self, command) -> None:
        self._timer.cancel()

    def close(self, client) -> None:
        client.remove_event_handler("command", self._on_command)


class Translation:
    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none

    async def _end(self) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])
        self._reader = self._writer = None

    async def close(self) -> None:
        await self._end()


class Pages:
    def __init__(self, app) -> None:
        app.on_shutdown(self.leave)

    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none

    async def leave(self) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])


class Listener:
    """It closes itself after an error, and others close it at the end."""

    async def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none
        try:
            await connect("listener")
        except OSError:
            await self.shutdown()
            raise

    async def shutdown(self) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])


class Spawning:
    _jobs: set[asyncio.Task[bool]]

    def spawn(self, coroutine) -> None:
        job = asyncio.create_task(coroutine)  # -> none
        self._jobs.add(job)


class Ended(Spawning):
    def __init__(self) -> None:
        self._jobs = set()

    def greet(self) -> None:
        self.spawn(connect("ended"))  # -> low lost | owner: Ended._jobs

    async def close(self) -> None:
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)


class NeverEnded(Spawning):
    def __init__(self) -> None:
        self._jobs = set()

    def greet(self) -> None:
        self.spawn(connect("other"))  # -> low unstopped | owner: NeverEnded._jobs


class Replaced:
    """What one function stores and waits for is not what the other stores."""

    def start(self, stream) -> None:
        self._work = asyncio.create_task(read(stream))  # -> medium endless

    async def run(self, host: str) -> None:
        self._work = connect(host)
        await self._work


class Returning:
    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none

    async def close(self) -> None:
        self._reader.cancel()
        [result] = await asyncio.gather(self._reader, return_exceptions=True)
        print(result)


class Base:
    def __init__(self) -> None:
        self._ready: asyncio.Task[bool] | None = None

    async def close(self) -> None:
        self._ready.cancel()
        await asyncio.wait([self._ready])


class Overriding(Base):
    def start(self) -> None:
        self._ready = asyncio.create_task(connect("ready"))  # -> low unstopped

    async def close(self) -> None:
        print("closed")


class Extending(Base):
    def start(self) -> None:
        self._ready = asyncio.create_task(connect("ready"))  # -> low lost

    async def close(self) -> None:
        print("closed")
        await super().close()


class Passing:
    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> low unawaited

    async def wait(self, over: asyncio.Event) -> None:
        try:
            await over.wait()
        except asyncio.CancelledError:
            self._reader.cancel()
            raise

    async def close(self, over: asyncio.Event) -> None:
        await self.wait(over)


class Accepting:
    def __init__(self) -> None:
        self.handlers: dict[object, asyncio.Task[None]] = {}

    async def close(self) -> None:
        await asyncio.wait(self.handlers.values())


class Accepted:
    def __init__(self, server: Accepting) -> None:
        self.server = server

    def start(self, stream) -> None:
        self.server.handlers[self] = asyncio.create_task(read(stream))  # -> none


class Hesitating:
    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none

    async def disconnect(self) -> None:
        try:
            await asyncio.wait_for(asyncio.shield(self._reader), 2)
        except TimeoutError:
            self._reader.cancel()
            await asyncio.wait([self._reader])
