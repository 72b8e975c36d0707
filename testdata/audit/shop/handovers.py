"""Who gets a task, who waits for it on the way, and who ends it for certain."""

import asyncio
import contextlib
import functools
import logging


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


async def poll(host: str) -> None:
    while True:
        await send(host)


class Response:
    def __init__(self, writer: asyncio.Task[bool]) -> None:
        self._writer = writer

    async def close(self) -> None:
        self._writer.cancel()
        await asyncio.wait([self._writer])


class Request:
    """The object that is made with the task ends it."""

    def start(self, host: str) -> Response:
        self._writer = asyncio.create_task(
            send(host)
        )  # -> none | stopped_by: `Response.close` cancels it
        return Response(writer=self._writer)

    def _terminate(self) -> None:
        self._writer.cancel()


class Open:
    """Code of others may end it; what is seen is not called."""

    def start(self, host: str, responses) -> None:
        self._writer = asyncio.create_task(send(host))  # -> none | stop: unknown
        responses.open(self._writer)

    def _terminate(self) -> None:
        self._writer.cancel()


class Flushing:
    """It is only waited for as more is written."""

    def flush(self, host: str) -> None:
        self._flushing = asyncio.create_task(send(host))  # -> none | stop: unknown

    async def write(self, line: str) -> None:
        if self._flushing:
            await self._flushing
        print(line)


class Guarded:
    """A task that is done is not awaited, so its exception may be seen by nobody."""

    def flush(self, host: str) -> None:
        self._flushing = asyncio.create_task(send(host))  # -> none | failure: unknown

    async def write(self, line: str) -> None:
        if not self._flushing.done():
            await self._flushing
        print(line)


class Debounced:
    """Each user has one of its own."""

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(
            send(host)
        )  # -> low unawaited | stopped_by: `Debounced.cancel` cancels it

    def cancel(self) -> None:
        self._task.cancel()


class Clicks:
    def __init__(self) -> None:
        self._clicks = Debounced()

    def click(self) -> None:
        self._clicks.start("click")


class Keys:
    def __init__(self) -> None:
        self._keys = Debounced()

    def close(self) -> None:
        self._keys.cancel()


class Encoder:
    """Its user never closes it."""

    def start(self, host: str) -> None:
        self._polling = asyncio.create_task(poll(host))  # -> medium uncalled

    def aclose(self) -> None:
        self._polling.cancel()


class Speech:
    def __init__(self) -> None:
        self._encoder = Encoder()

    def say(self, host: str) -> None:
        self._encoder.start(host)


class Detector:
    """It only cancels where that is asked for."""

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(send(host))  # -> low lost | stop: unknown

    def reset(self, *, now: bool = False) -> None:
        if now:
            self._task.cancel()

    async def aclose(self) -> None:
        self.reset()


async def cancel_all(**tasks: asyncio.Task[None]) -> None:
    for task in tasks.values():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Connected:
    def start(self, host: str) -> None:
        self._reader = asyncio.create_task(
            poll(host)
        )  # -> low late | stopped_by: `Connected.close` cancels it, through `cancel_all`; `Connected.close` then waits for it

    async def close(self) -> None:
        await cancel_all(reader=self._reader)


async def cancel_and_wait(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def talk(host: str) -> None:
    """The first that ends, ends the other."""
    tasks = [
        asyncio.create_task(
            poll(host)
        ),  # -> none | lifetime: call | stopped_by: `talk` cancels it, through `cancel_and_wait`
        asyncio.create_task(send(host)),  # -> none
    ]
    try:
        await asyncio.gather(*tasks)
    finally:
        await cancel_and_wait(*tasks)


async def commit(host: str) -> None:
    """A caller that is cancelled leaves it running."""
    task = asyncio.create_task(send(host))  # -> none | lifetime: unknown
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if task.done():
            raise
        logging.info("it goes on")
        raise


async def commit_or_cancel(host: str) -> None:
    task = asyncio.create_task(send(host))  # -> none | lifetime: call
    try:
        await asyncio.wait([task], timeout=5)
    finally:
        if not task.done():
            task.cancel()


async def respond(host: str, limit: float):
    """A generator that is returned has it, too."""
    task = asyncio.create_task(
        send(host)
    )  # -> none | lifetime: unknown | stopped_by: `respond.lines` cancels it; `respond.lines` then waits for it
    await asyncio.wait([task], timeout=limit)

    async def lines():
        try:
            while not task.done():
                yield "."
                await asyncio.wait([task], timeout=limit)
        finally:
            task.cancel()
            await asyncio.wait([task])

    return lines()


class Relay:
    """The function that makes it waits for it, whatever happens."""

    async def relay(self, host: str) -> None:
        task = asyncio.create_task(
            send(host)
        )  # -> low lost | lifetime: call | stopped_by: `Relay.relay` cancels it; `Relay.relay` then waits for it
        self._task = task
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            raise

    def cancel(self) -> None:
        self._task.cancel()


class Control:
    producer: asyncio.Task[bool] | None = None

    def cancel(self) -> None:
        if self.producer:
            self.producer.cancel()


class Turn:
    """Who starts it ends it in a `finally`."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def _start(self, host: str) -> None:
        self.control.producer = asyncio.create_task(
            send(host)
        )  # -> low lost | stopped_by: `Turn._stop` cancels it; `Turn._stop` then waits for it, without a timeout; `Turn.run` calls `Turn._stop`

    async def _stop(self) -> None:
        self.control.producer.cancel()
        await asyncio.wait([self.control.producer])

    async def run(self, host: str):
        self._start(host)
        try:
            yield host
        finally:
            await self._stop()


class Correcting:
    """The coroutine lets go of itself before it works."""

    def correct(self, host: str) -> None:
        if self._waiting is None:
            self._waiting = asyncio.create_task(
                self._correct(host)
            )  # -> none | owner: unknown | lifetime: unknown

    async def _correct(self, host: str) -> None:
        self._waiting = None
        await send(host)

    async def close(self) -> None:
        if self._waiting:
            await self._waiting


class Awaitable:
    """Who awaits the object starts it again."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._start()

    def _start(self) -> None:
        self._started = asyncio.create_task(
            send(self.host)
        )  # -> none | failure: unknown

    def __await__(self):
        self._start()
        return self._started.__await__()


def report(task: asyncio.Task[bool]) -> None:
    if not task.cancelled() and task.exception():
        logging.error("failed")


class Reported:
    """A callback that passes the task on has its exception read."""

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(
            send(host)
        )  # -> low unstopped | failure: observed
        self._task.add_done_callback(lambda task: report(task))


class Cleared:
    """asyncio logs nothing as the reference goes, since the task is cancelled."""

    def start(self, host: str) -> None:
        self._polling = asyncio.create_task(
            poll(host)
        )  # -> medium lost | failure: lost

    def close(self) -> None:
        self._polling.cancel()
        self._polling = None


async def check() -> None:
    try:
        await send("check")
    except Exception:
        logging.exception("check")


async def keep_checking() -> None:
    while True:
        await check()
        await asyncio.sleep(1)


def logged(function):
    @functools.wraps(function)
    async def run(*arguments):
        try:
            return await function(*arguments)
        except Exception:
            logging.exception("failed")
            raise

    return run


@logged
async def watch(host: str) -> None:
    await send(host)


class Monitored:
    def start(self, host: str) -> None:
        self._checking = asyncio.create_task(
            keep_checking()
        )  # -> none | failure: handled
        self._watching = asyncio.create_task(watch(host))  # -> none | failure: logged

    async def close(self) -> None:
        for task in (self._checking, self._watching):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def started(work) -> asyncio.Task[bool]:
    return asyncio.create_task(work())  # -> none


async def start_now(host: str) -> None:
    await started(lambda: send(host))  # -> none | coroutine: send


class Chat:
    """A user stops it, and nothing else does."""

    def __init__(self, client) -> None:
        @client.on("stop")
        async def stop(user: str) -> None:
            self._reply.cancel()

    def start(self, host: str) -> None:
        self._reply = asyncio.create_task(
            send(host)
        )  # -> low unstopped | stopped_by: only an event


class Transport:
    """The loop ends as its transport goes."""

    def start(self, host: str) -> None:
        self.transport = host
        self._task = asyncio.create_task(
            self._run()
        )  # -> none | stopped_by: `Transport.close` tells its loop to stop

    async def _run(self) -> None:
        while self.transport is not None:
            with contextlib.suppress(Exception):
                await send("keep alive")

    def close(self) -> None:
        self.transport = None


class Segment:
    """A property says that it is closed."""

    def __init__(self) -> None:
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def closed(self) -> bool:
        return self._over.done()

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> none | stopped_by: `Segment.close` tells its loop to stop

    async def _run(self) -> None:
        while not self.closed:
            with contextlib.suppress(Exception):
                await send("segment")

    def close(self) -> None:
        self._over.set_result(None)


class Queue:
    """The default of a parameter is what is called."""

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(
            send(host)
        )  # -> medium unawaited-at-exit | stopped_by: `Queue._halt` cancels it; `halt_queue` calls `Queue._halt`; `shut_down` refers to `halt_queue`

    def _halt(self) -> None:
        self._task.cancel()


queue = Queue()


def halt_queue() -> None:
    queue._halt()


def shut_down(end=halt_queue) -> None:
    end()


class Exporter:
    """One method tells it to end, and another waits for that."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def _run(self) -> None:
        while not self._over.is_set():
            await send("export")

    async def shutdown(self) -> None:
        self._over.set()

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> low late | stopped_by: `Exporter.__aexit__` tells its loop to stop, through `Exporter.shutdown`; `Exporter.__aexit__` then waits for it

    async def __aexit__(self, *error: object) -> None:
        await self.shutdown()
        await self._task


class Reaped:
    """A callback with arguments lets go of its tasks, and so does one that looks for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[bool]] = set()
        self._writes: dict[str, list[asyncio.Task[bool]]] = {}

    def _reap(self, name: str, task: asyncio.Task[bool]) -> None:
        self._tasks.discard(task)
        logging.info("%s", name)

    def _clean(self, task: asyncio.Task[bool]) -> None:
        for writes in self._writes.values():
            if task in writes:
                writes.remove(task)

    def start(self, host: str) -> None:
        task = asyncio.create_task(send(host))  # -> none | failure: logged
        task.add_done_callback(functools.partial(self._reap, host))
        self._tasks.add(task)

    def write(self, host: str) -> None:
        task = asyncio.create_task(send(host))  # -> none | failure: logged
        self._writes.setdefault(host, []).append(task)
        task.add_done_callback(self._clean)

    def _all(self) -> set[asyncio.Task[bool]]:
        return self._tasks

    def schedule(self, host: str) -> asyncio.Task[bool]:
        task = asyncio.create_task(send(host))  # -> none | lifetime: unknown
        tasks = self._all()
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task


class Feeding:
    """A loop that rests is not stopped."""

    def __init__(self) -> None:
        self._resting = False

    async def _feed(self) -> None:
        while not self._resting:
            with contextlib.suppress(Exception):
                await send("feed")

    def feed(self) -> None:
        self._resting = False
        self._task = asyncio.create_task(self._feed())  # -> none | stop: unknown

    def pause_reading(self) -> None:
        self._resting = True


class Kernels:
    """It is awaited, or kept."""

    def __init__(self) -> None:
        self._pending: dict[str, asyncio.Task[bool]] = {}

    async def start(self, host: str, wait: bool) -> None:
        task = asyncio.create_task(send(host))  # -> none | owner: unknown
        if wait:
            await task
        else:
            self._pending[host] = task


async def nudge(host: str, channel) -> None:
    """A function that outlives the call has it."""
    task = asyncio.create_task(send(host))  # -> none | lifetime: unknown

    def finish() -> None:
        if not task.done():
            task.cancel()

    channel.on_receive(finish)


async def insist(host: str) -> None:
    """A shield in a loop until it is done waits for it."""
    task = asyncio.create_task(send(host))  # -> none | lifetime: call
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)


class Sweeper:
    """What says that all is over is not known."""

    def start(self, host: str, runtime) -> None:
        self._runtime = runtime
        self._sweeping = asyncio.create_task(
            self._sweep(host)
        )  # -> medium lost-worker | stop: unknown

    async def _sweep(self, host: str) -> None:
        while not self._runtime.is_over():
            await send(host)


class Model:
    async def cancel(self, host: str) -> None:
        return None


class Remote(Model):
    async def cancel(self, host: str) -> None:
        await send(host)


class Job:
    """Which of the methods runs depends on the object."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def abandon(self, host: str) -> None:
        self._task = asyncio.create_task(
            self._model.cancel(host)
        )  # -> low unstopped | failure: unknown


def shielded(host: str) -> asyncio.Future[bool]:
    """Who gets it can neither cancel the task behind it nor tell how long it lives."""
    return asyncio.shield(
        send(host)
    )  # -> none | stop: unknown | lifetime: unknown | failure: unknown


def shielded_later(host: str) -> asyncio.Future[bool]:
    task = asyncio.ensure_future(
        send(host)
    )  # -> none | stop: unknown | lifetime: unknown
    return asyncio.shield(task)


def plain(host: str) -> asyncio.Future[bool]:
    return asyncio.ensure_future(
        send(host)
    )  # -> none | stop: caller | lifetime: caller
