"""What becomes of an exception that nobody waits for."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from concurrent.futures import Future

log = logging.getLogger(__name__)


async def load() -> None:
    await asyncio.to_thread(open, "list")


class Silent:
    """Its stop takes the exception, so that asyncio does not log it, and shows it to nobody."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> low lost | failure: lost

    async def aclose(self) -> None:
        if not self._task.done():
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        elif not self._task.cancelled():
            self._task.exception()


def spawn_silently() -> None:
    task = asyncio.create_task(load())  # -> high dropped | failure: lost
    task.add_done_callback(lambda task: task.cancelled() or task.exception())


class Sender:
    """What it only hands on to logs what it raises again."""

    def __init__(self, session) -> None:
        self._session = session

    async def _send(self) -> None:
        try:
            await self._session.post()
        except ConnectionError:
            log.info("no connection")
            raise
        except Exception:
            log.exception("cannot send")
            raise

    async def _run(self) -> None:
        await self._send()

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> low unstopped | failure: logged


class Lifespan:
    """What it logs it does not raise again, and what it raises it does not log."""

    def __init__(self, app) -> None:
        self._app = app

    async def _run(self) -> None:
        try:
            await self._app()
        except LookupError:
            raise
        except Exception as error:
            if isinstance(error, OSError):
                raise
            log.exception("the application has failed")

    async def serve(self, stop: asyncio.Event) -> None:
        task = asyncio.create_task(self._run())  # -> none | failure: awaited-at-stop
        try:
            await stop.wait()
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


class Queries:
    """Some of what it awaits logs."""

    def __init__(self, driver) -> None:
        self._driver = driver

    async def _query(self, text: str) -> None:
        try:
            await self._driver.run(text)
        except Exception:
            log.exception("cannot run %s", text)
            raise

    async def _prepare(self) -> None:
        await self._driver.open()
        await self._query("create")

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._prepare()
        )  # -> low unstopped | failure: unknown


class Socket:
    """Each time that it opens, it has a task; the one before may have failed."""

    def __init__(self, client) -> None:
        self._task: asyncio.Task[None] | None = None
        client.on_open = self._on_open

    def _on_open(self, loop: asyncio.AbstractEventLoop) -> None:
        def create() -> None:
            self._task = asyncio.create_task(
                load()
            )  # -> low unawaited | failure: logged

        loop.call_soon_threadsafe(create)

    def close(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()


class Turns:
    """Each turn cancels the task of the one before, and takes back what asyncio would log if that has failed."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def _listen(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(load())  # -> low unstopped | failure: lost

    def on_turn(self) -> None:
        self._listen()


class Background:
    """Whatever it is given leaves the set as it ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, work) -> None:
        task = asyncio.create_task(work)  # -> none | failure: logged
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Bell:
    def __init__(self) -> None:
        self.rung = asyncio.Event()

    async def wait(self) -> None:
        await self.rung.wait()


class Door:
    """What waits for an event of another object, or for some time, cannot fail."""

    def __init__(self) -> None:
        self._bell = Bell()

    async def answer(self, visitor: asyncio.Task[None]) -> None:
        rung = asyncio.create_task(self._bell.rung.wait())  # -> none | failure: handled
        waited = asyncio.create_task(self._bell.wait())  # -> none | failure: handled
        paused = asyncio.create_task(asyncio.sleep(5))  # -> none | failure: handled
        tasks = {rung, waited, paused, visitor}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in (rung, waited, paused):
            task.cancel()


async def first_of(visitor: asyncio.Task[None]) -> None:
    """Only what the other tasks have raised is raised here."""
    guard = asyncio.create_task(load())  # -> low | failure: lost
    done, _ = await asyncio.wait([guard, visitor], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        if task is not guard:
            task.result()
    guard.cancel()


async def watch(visitor) -> None:
    """What it asks for before its `try` is harmless."""
    name = visitor.get("name", "")
    if name.startswith("_") or not isinstance(name, str):
        return
    try:
        await visitor.follow(name)
    except Exception as error:
        log.error("cannot follow %s: %s", name, str(error))


def watch_later(visitor) -> None:
    asyncio.create_task(watch(visitor))  # -> high dropped | failure: handled


async def guarded(work) -> None:
    """What it waits for is not in sight, and is taken to pass a cancellation on."""
    try:
        await work
    except Exception:
        log.exception("cannot work")


async def guarded_with_note(work) -> None:
    try:
        await work()
    except BaseException as error:
        if isinstance(error, asyncio.CancelledError):
            log.info("cancelled")
            raise
        log.exception("cannot work")
    await asyncio.sleep(1)


def guard(work) -> None:
    asyncio.create_task(guarded(work))  # -> high dropped | cancellation: propagates
    asyncio.create_task(
        guarded_with_note(work)
    )  # -> high dropped | cancellation: propagates


async def closed(line) -> None:
    """What it waits for as it is cancelled it waits for to the end."""
    try:
        await line.read()
    finally:
        closing = asyncio.create_task(line.aclose())  # -> none
        while not closing.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(closing)


def close_later(line) -> None:
    asyncio.create_task(closed(line))  # -> high dropped | cancellation: propagates


class LogErrors:
    """A decorator that is a context manager, too."""

    def __call__(self, function):
        async def wrapper(*arguments):
            with self:
                return await function(*arguments)

        return wrapper

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback) -> None:
        if error is not None:
            log.error("failed", exc_info=error)


def log_errors(function=None):
    decorator = LogErrors()
    return decorator(function) if function else decorator


@log_errors
async def load_logged() -> None:
    await load()


class Logged:
    def start(self) -> None:
        self._task = asyncio.create_task(
            load_logged()
        )  # -> low unstopped | failure: logged


async def gather_or_cancel(tasks: list[asyncio.Task[None]]) -> None:
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()
        raise


async def load_all() -> None:
    tasks = [asyncio.create_task(load()) for _ in "ab"]  # -> none | failure: awaited
    await gather_or_cancel(tasks)


class Indexes(Queries):
    """Some of what it gathers logs."""

    async def _prepare(self) -> None:
        await asyncio.gather(*[self._query(text) for text in "ab"])  # -> none

    def start_indexes(self) -> None:
        self._indexing = asyncio.create_task(
            self._prepare()
        )  # -> low unstopped | failure: unknown


class Counter:
    """Its callback asks for the exception, and looks at success alone."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> low unstopped | failure: lost
        self._task.add_done_callback(self._count)

    def _count(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is None:
            self.count += 1


class Reporter:
    """Its callback asks for the exception, and prints one."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> low unstopped | failure: observed
        self._task.add_done_callback(self._report)

    def _report(self, task: asyncio.Task[None]) -> None:
        if task.exception() is None:
            return
        print(task.exception())


class Bridge:
    """A thread gets the exception from another loop, by itself or through a method."""

    def _submit(self, work: Coroutine[None, None, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self.loop)  # -> none

    def send(self) -> None:
        self._submit(load())  # -> high dropped | failure: lost


def count_relays(proxy) -> int:
    """An attribute of `shop.removals`, in a longer file."""
    return len(proxy.relays)
