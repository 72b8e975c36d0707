"""Who stops a task: what is registered, what only starts anew, and what nobody calls."""

import asyncio
import contextlib

from fastapi import APIRouter


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


def create_call(function):
    return function


class Uploader:
    """It registers its end, and is not stopped where it is started."""

    def start(self, runtime) -> None:
        self._task = asyncio.create_task(
            send("upload")
        )  # -> low unawaited | stopped_by: `Uploader._stop` cancels it; `Uploader.drain` calls `Uploader._stop`; `Uploader.start` registers `Uploader.drain`
        runtime.add_shutdown_call(create_call(self.drain))

    def drain(self) -> bool:
        is_over = self._stop()
        return is_over

    def _stop(self) -> bool:
        return self._task.cancel()


@contextlib.contextmanager
def uploading(runtime):
    yield
    Uploader().start(runtime)


class Voice:
    """Who calls what cancels its task starts the next."""

    async def move(self, host: str) -> None:
        await self.soft_disconnect()
        await self.connect(host)

    async def connect(self, host: str) -> None:
        self._connector = asyncio.create_task(self._wrap(host))  # -> none
        await self._connector

    async def _wrap(self, host: str) -> None:
        try:
            await self._connect(host)
        except asyncio.CancelledError:
            await self.soft_disconnect()
            raise

    async def _connect(self, host: str) -> None:
        if await send(host):
            self._runner = asyncio.create_task(
                send(host)
            )  # -> low unstopped | stopped_by: only a restart: `Voice.soft_disconnect` cancels it

    async def soft_disconnect(self) -> None:
        self._runner.cancel()


class Renewal:
    """The end of the task that is given another is not the end of that."""

    async def run(self, host: str) -> bool:
        sending = asyncio.ensure_future(
            send(host)
        )  # -> none | stopped_by: `Renewal.run` waits for it
        renewal = asyncio.create_task(self._renew(host, sending))  # -> none
        try:
            return await sending
        finally:
            renewal.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewal

    async def _renew(self, host: str, sending: asyncio.Future[bool]) -> None:
        while not sending.done():
            await asyncio.wait((sending,), timeout=5)
            if not await send(host):
                sending.cancel()
                return


async def stream(hosts: list[str], watcher: asyncio.Task[None]) -> None:
    """What always cancels counts more than what cancels after an error."""
    active: list[asyncio.Task[bool]] = []
    try:
        while hosts:
            if watcher.done():
                if watcher.exception():
                    for task in active:
                        task.cancel()
                    raise RuntimeError
            sending = asyncio.create_task(
                send(hosts.pop())
            )  # -> low lost | stopped_by: `stream` cancels it; `stream` then waits for it
            active.append(sending)
            done, pending = await asyncio.wait(active, timeout=0.1)
            active = list(pending)
    finally:
        for task in active:
            if not task.done():
                task.cancel()
        await asyncio.gather(*active, return_exceptions=True)


class Exporter:
    """Nobody stops it, though others are stopped by a function of this name."""

    def start(self) -> None:
        self._task = asyncio.create_task(send("export"))  # -> medium uncalled

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


_exporters: list[Exporter] = []


def add_exporter() -> Exporter:
    exporter = Exporter()
    exporter.start()
    _exporters.append(exporter)
    return exporter


async def read(stream) -> None:
    try:
        print(await stream.read())
    finally:
        await stream.aclose()


class Importer:
    """It may be stopped by who goes through the list."""

    def start(self) -> None:
        self._task = asyncio.create_task(send("import"))  # -> low lost

    async def shutdown(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class App:
    def __init__(self) -> None:
        self._parts: list[Importer] = []

    def add(self) -> None:
        importer = Importer()
        importer.start()
        self._parts.append(importer)

    async def end(self, other) -> None:
        await other.shutdown()
        for part in self._parts:
            await part.shutdown()


async def begin(jobs: set, *, work) -> asyncio.Task[bool]:
    """It has a task of its own, which is no task of its callers."""
    started = asyncio.Event()
    task = asyncio.ensure_future(work(started))  # -> none
    jobs.add(task)
    task.add_done_callback(jobs.discard)
    waiter = asyncio.ensure_future(started.wait())  # -> none
    await asyncio.wait({waiter, task}, return_when=asyncio.FIRST_COMPLETED)
    waiter.cancel()
    return task


_jobs: set[asyncio.Task[bool]] = set()


async def index(host: str) -> None:
    async def indexing(started: asyncio.Event) -> bool:
        started.set()
        return await send(host)

    await begin(
        _jobs, work=indexing
    )  # -> none | coroutine: indexing | owner: shop.callers._jobs | stop: nothing


class Recorder:
    """The first wait raises CancelledError, so that the second is not reached."""

    def __init__(self, consumer) -> None:
        self._consumer = consumer

    def start(self) -> None:
        self._reading = asyncio.create_task(self._consumer.run())  # -> none
        self._counting = asyncio.create_task(
            send("count")
        )  # -> low unawaited | stopped_by: `Recorder.stop` cancels it

    async def stop(self) -> None:
        self._reading.cancel()
        self._counting.cancel()
        try:
            await self._reading
            await self._counting
        except asyncio.CancelledError:
            pass


class Voicing:
    """Only some of its callers wait."""

    async def connect(self, host: str, wait: bool = True) -> None:
        self._task = asyncio.create_task(send(host))  # -> none | stop: unknown
        if wait:
            await self._task

    async def move(self, host: str) -> None:
        await self.connect(host, wait=False)


class Tokens:
    """It is awaited in passing, and the module only gives the function another name."""

    def __init__(self) -> None:
        self._renewals: dict[str, asyncio.Task[bool]] = {}

    def renew(self, host: str) -> None:
        self._renewals[host] = asyncio.create_task(
            send(host)
        )  # -> none | stop: unknown

    async def _await_renewal(self, host: str) -> None:
        task = self._renewals.get(host)
        if task is None or task.done():
            return
        await task


_tokens = Tokens()


async def token_of(host: str) -> None:
    await _tokens._await_renewal(host)


current_token = contextlib.suppress(token_of)


class Drained:
    """At the end it is awaited for some time."""

    def __init__(self) -> None:
        self._sent: set[asyncio.Task[bool]] = set()

    def send(self, host: str) -> None:
        task = asyncio.create_task(
            send(host)
        )  # -> low lost | stopped_by: `Drained.drain` waits for it, with a timeout; `Drained.__aexit__` calls `Drained.drain`
        self._sent.add(task)

    async def drain(self, timeout: float = 5.0) -> None:
        await asyncio.wait(self._sent, timeout=timeout)

    async def __aexit__(self, *_) -> None:
        await self.drain()


class Loop:
    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[bool]] = set()
        self.loop = asyncio.new_event_loop()

    def create_task(self, coroutine) -> asyncio.Task[bool]:
        task = self.loop.create_task(coroutine)  # -> none
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def __exit__(self, *_) -> None:
        for task in self.tasks:
            task.cancel()
        self.loop.close()


def in_background(loop: Loop, hosts: list[str]):
    """Its own end comes before that of the loop."""
    tasks = []
    try:
        for host in hosts:
            task = loop.create_task(
                send(host)
            )  # -> low unawaited | stopped_by: `in_background` cancels it
            tasks.append(task)
        yield
    finally:
        for task in tasks:
            task.cancel()


async def index_again(given: set, host: str) -> None:
    """The set belongs to whoever gives it."""

    async def indexing(started: asyncio.Event) -> bool:
        return await send(host)

    await begin_safely(
        given, work=indexing
    )  # -> none | owner: given | lifetime: unknown | stop: unknown


async def begin_safely(jobs: set, *, work) -> asyncio.Task[bool]:
    """It only cancels what it does not return."""
    started = asyncio.Event()
    task = asyncio.ensure_future(work(started))  # -> none | stop: unknown
    jobs.add(task)
    waiter = asyncio.ensure_future(started.wait())  # -> none
    await asyncio.wait({waiter, task}, return_when=asyncio.FIRST_COMPLETED)
    waiter.cancel()
    if started.is_set():
        return task
    task.cancel()
    await asyncio.wait([task])
    raise RuntimeError("not started")


class Group:
    """What closes it leaves out the task that runs the close."""

    def __init__(self) -> None:
        self._jobs: set[asyncio.Task[None]] = set()

    def call_soon(self, function) -> None:
        self._jobs.add(asyncio.create_task(function()))  # -> none

    async def stop(self) -> None:
        others = self._jobs - {asyncio.current_task()}
        for job in others:
            job.cancel()
        await asyncio.wait(others)


class Scheduler:
    def __init__(self) -> None:
        self._group = Group()

    def give_up(self) -> None:
        self._group.call_soon(self.close)  # -> low lost | stop: unknown

    async def close(self) -> None:
        await send("bye")
        await self._group.stop()


async def watch(host: str) -> None:
    while True:
        await send(host)


_chats: dict[str, asyncio.Task[bool]] = {}
router = APIRouter()


def start_chat(host: str) -> None:
    _chats[host] = asyncio.create_task(
        send(host)
    )  # -> low unstopped | stopped_by: only a request: `stop_chat` cancels it


async def stop_chat(host: str) -> None:
    _chats[host].cancel()
    await asyncio.wait([_chats[host]])


@router.delete("/chats")
async def delete_chat(host: str) -> None:
    await stop_chat(host)


def tools_of(registry) -> list:
    """What it makes a tool of may be called by others, or not."""
    return registry.make_tools([stop_chat])


if __name__ == "__main__":
    watching: list[asyncio.Task[None]] = []
    try:
        background = asyncio.new_event_loop()
        task = background.create_task(
            watch("main")
        )  # -> medium lost-worker | stopped_by: the module cancels it
        watching.append(task)
        background.run_forever()
    finally:
        for task in watching:
            task.cancel()
