"""Who sees that a task has failed, where its own code does not say that; and a task that cannot be lost."""

import asyncio
import functools
import logging
import time

log = logging.getLogger(__name__)


def logged(function):
    @functools.wraps(function)
    async def wrapper(*args):
        try:
            return await function(*args)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("failed")
            raise

    return wrapper


def tolerant(message):
    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args):
            try:
                return await function(*args)
            except Exception:
                log.warning(message)

        return wrapper

    return decorate


def timed(function):
    @functools.wraps(function)
    async def wrapper(*args):
        start = time.monotonic()
        result = await function(*args)
        log.info("took %s", time.monotonic() - start)
        return result

    return wrapper


class Feed:
    def __init__(self, stream) -> None:
        self._stream = stream

    @logged
    async def _read(self) -> None:
        await self._stream.read()

    @tolerant("cannot write")
    async def _write(self) -> None:
        await self._stream.drain()

    @timed
    async def _ping(self) -> None:
        await self._stream.ping()

    async def _sync(self) -> None:
        try:
            await self._stream.sync()
        except Exception:
            log.exception("cannot sync")
            raise

    async def start(self) -> None:
        self._reader = asyncio.create_task(self._read())  # -> none | failure: logged
        self._writer = asyncio.create_task(self._write())  # -> none | failure: handled
        self._pinger = asyncio.create_task(
            self._ping()
        )  # -> none | failure: awaited-at-stop
        self._syncer = asyncio.create_task(self._sync())  # -> none | failure: logged

    async def aclose(self) -> None:
        for task in (self._reader, self._writer, self._pinger, self._syncer):
            task.cancel()
        tasks = (self._reader, self._writer, self._pinger, self._syncer)
        await asyncio.gather(*tasks)  # -> none

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *exc) -> None:
        await self.aclose()


class Checker:
    """Each round catches its own exceptions."""

    def __init__(self, client) -> None:
        self._client = client
        self._task = asyncio.create_task(self._watch())  # -> none | failure: handled

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(1)
            await self._check()

    async def _check(self) -> None:
        try:
            await self._client.ping()
        except TimeoutError:
            self._client.reset()
        except Exception:
            log.exception("cannot ping")

    async def __aexit__(self, *exc) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class Dialler:
    """What a clause waits for fails outside of the `try`."""

    def __init__(self, client) -> None:
        self._client = client
        self._task = asyncio.create_task(
            self._watch()
        )  # -> none | failure: partly-handled
        self._pinger = asyncio.create_task(self._ping())  # -> none | failure: handled

    async def _watch(self) -> None:
        while True:
            try:
                await self._client.receive()
            except ConnectionError:
                await self._dial()
            except Exception:
                log.exception("cannot receive")

    async def _ping(self) -> None:
        while True:
            try:
                await self._client.ping()
            except asyncio.CancelledError:
                await self._dial()
                raise
            except ConnectionError:
                await self._hang_up()
            except Exception:
                log.exception("cannot ping")

    async def _dial(self) -> None:
        await self._client.connect()

    async def _hang_up(self) -> None:
        try:
            await self._client.disconnect()
        except Exception:
            log.exception("cannot hang up")

    async def __aexit__(self, *exc) -> None:
        self._task.cancel()
        self._pinger.cancel()
        await asyncio.wait([self._task, self._pinger])


class Buffer:
    """It waits only for a task that is not done yet."""

    async def _flush(self) -> None:
        await asyncio.to_thread(open, "list")

    def start(self) -> None:
        self._task = asyncio.create_task(self._flush())  # -> none | failure: unknown

    async def write(self) -> None:
        if not self._task.done():
            await self._task


async def report() -> None:
    log.info("done")


async def collect(stream) -> None:
    print([item async for item in stream])


async def finish(stream) -> None:
    asyncio.create_task(report())  # -> low never-waits | failure: handled
    asyncio.create_task(collect(stream))  # -> high dropped
    await asyncio.sleep(1)


class Session:
    async def check(self) -> None:
        while True:
            await asyncio.sleep(1)
            await asyncio.to_thread(open, "list")


class Registry:
    """What it stores in another object is what that object runs."""

    async def subscribe(self, item) -> None:
        item.session = Session()
        item.checker = asyncio.create_task(
            item.session.check()
        )  # -> low lost | failure: lost


class Caller:
    """Its request goes on after the call that was cancelled."""

    async def call(self) -> None:
        request = asyncio.ensure_future(
            asyncio.to_thread(open, "list")
        )  # -> none | lifetime: unknown
        try:
            await asyncio.shield(request)
        except asyncio.CancelledError:
            self._abandon(request)
            raise


def repeated(function):
    @functools.wraps(function)
    async def wrapper(*args):
        while True:
            await function(*args)
            await asyncio.sleep(1)

    return wrapper


class Several:
    @repeated
    async def _report(self) -> None:
        await asyncio.to_thread(open, "list")

    async def _listen(self) -> None:
        while True:
            await asyncio.to_thread(open, "list")

    def start(self) -> None:
        self._reporter = asyncio.create_task(self._report())  # -> medium endless
        self._tasks = []
        for coroutine in (self._listen(), self._report()):
            task = asyncio.create_task(
                coroutine
            )  # -> medium endless | coroutine: self._listen, self._report
            self._tasks.append(task)


class Supervisor:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("%s failed", self._name)


class Supervised:
    """An object is its callback."""

    async def _listen(self) -> None:
        while True:
            await asyncio.to_thread(open, "list")

    def start(self) -> None:
        supervisor = Supervisor("listener")
        self._task = asyncio.create_task(
            self._listen()
        )  # -> low unawaited | failure: observed
        self._task.add_done_callback(supervisor)

    async def aclose(self) -> None:
        self._task.cancel()


class Forwarder:
    """What it catches goes to who reads the queue."""

    def __init__(self, stream) -> None:
        self._queue: asyncio.Queue[object] = asyncio.Queue()
        self._task = asyncio.create_task(
            self._forward(stream)
        )  # -> medium unawaited-cleanup | failure: handled

    async def _forward(self, stream) -> None:
        try:
            async for message in stream:
                await self._queue.put(message)
        except Exception as error:
            await self._queue.put(error)
        finally:
            await self._queue.put(None)

    async def aclose(self) -> None:
        self._task.cancel()
