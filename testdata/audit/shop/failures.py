"""Awaits that cannot see a failure, and coroutines that catch theirs in other ways."""

import asyncio
import contextlib
import logging

log = logging.getLogger(__name__)


async def load() -> None:
    await asyncio.to_thread(open, "list")


class Guarded:
    """What is done already is not awaited."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> low lost | failure: lost

    async def aclose(self) -> None:
        if self._task is None or self._task.done():
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


class Replacing:
    """What has failed is replaced before the await."""

    def __init__(self) -> None:
        self._task = None

    def _ensure(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(load())  # -> none | failure: logged

    def write(self) -> None:
        self._ensure()

    async def flush(self) -> None:
        self._ensure()
        await asyncio.shield(self._task)


class Quiet:
    """Its stop ignores what the task raises, and cancels it then."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> low lost | failure: lost

    async def aclose(self) -> None:
        try:
            await asyncio.wait_for(self._task, timeout=5)
        except Exception:
            self._task.cancel()
            try:
                await self._task
            except (asyncio.CancelledError, Exception):
                pass


class Noting:
    """Its stop notes what the task raises."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> none | failure: awaited-at-stop

    async def aclose(self) -> None:
        try:
            await self._task
        except Exception as error:
            self.error = error


class Client:
    """Another library has the code of what it runs."""

    def __init__(self, session, alerts) -> None:
        self._session = session
        self._alerts = alerts

    def send(self) -> None:
        asyncio.create_task(
            self._session.post_all()
        )  # -> high dropped | failure: logged

    def alert(self) -> None:
        asyncio.create_task(
            self._alerts.tell_everybody()
        )  # -> high dropped | failure: logged


class Alerts:
    async def tell_everybody(self) -> None:
        try:
            await asyncio.to_thread(open, "list")
        except Exception:
            log.exception("cannot tell")


class Batches:
    """Its subclasses write."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self._lock = asyncio.Lock()
        self._items: list[int] = []

    async def _flush(self) -> None:
        await load()


class Table(Batches):
    """What it awaits catches everything."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())  # -> none | failure: handled

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), timeout=5)
            if self._stop.is_set():
                return
            await self._flush()

    async def _flush(self) -> None:
        async with self._lock:
            while self._items:
                batch, self._items = self._items[:5], self._items[5:]
                if not await self._insert(batch):
                    break

    async def _insert(self, batch) -> bool:
        try:
            await asyncio.to_thread(print, batch)
            return True
        except Exception:
            log.exception("cannot insert")
            return False

    async def aclose(self) -> None:
        self._stop.set()
        await self._task


class Rows(Batches):
    """What its base catches, it does not."""

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(1)
            await self._save()

    async def _save(self) -> None:
        try:
            await load()
        except Exception:
            log.exception("cannot save")


class FastRows(Rows):
    def start(self) -> None:
        self._task = asyncio.create_task(
            self._rounds()
        )  # -> medium lost-worker | failure: lost

    async def _save(self) -> None:
        await load()

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class Stream:
    """What the stream itself raises is not caught."""

    def start(self, stream) -> None:
        self._task = asyncio.create_task(
            self._consume(stream)
        )  # -> low unawaited | failure: partly-handled

    async def _consume(self, stream) -> None:
        async with stream as messages:
            async for message in messages:
                try:
                    print(message.text)
                except Exception:
                    log.exception("bad message")

    def close(self) -> None:
        self._task.cancel()


class Gathering:
    """It lets go of the task only where nothing has failed; the next start may never come."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._prepare()
        )  # -> low unawaited | failure: lost

    async def _prepare(self) -> None:
        await asyncio.gather(load(), load())  # -> none
        self._task = None
        log.info("ready")

    def close(self) -> None:
        self._task.cancel()


def blocking(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(
        load(), loop
    )  # -> none | failure: awaited
    future.result()


async def as_completed(names: list[str]) -> None:
    tasks = [asyncio.create_task(load()) for _ in names]  # -> none | failure: awaited
    for attempt in asyncio.as_completed(tasks):
        try:
            await attempt
        except Exception:
            log.exception("cannot load")


class Relay:
    """What it awaits at its end is what is not done; what is done is not looked at."""

    async def relay(self) -> None:
        sender = asyncio.create_task(load())  # -> none | failure: logged
        receiver = asyncio.create_task(load())  # -> none | failure: logged
        done, pending = await asyncio.wait(
            [sender, receiver], return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass


class Context:
    """Its tasks leave the set as they end; its stop ignores what they raise."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        task = asyncio.create_task(load())  # -> none | failure: logged
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def start_caught(self) -> None:
        task = asyncio.create_task(Pusher()._send())  # -> none | failure: handled
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in self._tasks:
            if task.done():
                with contextlib.suppress(BaseException):
                    task.result()
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Connection:
    """Its coroutine takes itself off the list."""

    def __init__(self, pool) -> None:
        self._open: dict[int, asyncio.Task[None]] = {}

    def accept(self, number: int) -> None:
        self._open[number] = asyncio.create_task(
            self._serve(number)
        )  # -> low unstopped | failure: logged

    async def _serve(self, number: int) -> None:
        try:
            await load()
        except ValueError:
            pass
        finally:
            self._open.pop(number, None)


class Session:
    """It hands on what it has caught."""

    def start(self, client) -> None:
        self._task = asyncio.create_task(
            self._run(client)
        )  # -> low unawaited | failure: handled

    async def _run(self, client) -> None:
        (ended,) = await asyncio.gather(  # -> none
            client.run(), return_exceptions=True
        )
        print(ended)

    def close(self) -> None:
        self._task.cancel()


class Job:
    """One of its objects is awaited."""

    def __init__(self, work) -> None:
        self.work = work

    def start(self) -> None:
        self.task = asyncio.create_task(load())  # -> none | failure: unknown


def start_jobs() -> None:
    Job("mail").start()


class Jobs:
    def add(self, work) -> Job:
        job = Job(work)
        job.start()
        return job


_jobs = Jobs()


async def added_job() -> None:
    job = _jobs.add("fold")
    await asyncio.wait_for(job.task, timeout=5)


async def one_job() -> None:
    job = Job("print")
    job.start()
    await job.task


class Steps:
    """A step ends where it is cancelled, and the next begins."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> low unawaited | cancellation: unknown

    async def _run(self) -> None:
        while True:
            if self._closed:
                return
            await self._step()

    async def _step(self) -> None:
        try:
            await load()
        except BaseException:
            log.exception("cannot step")
            return

    def close(self) -> None:
        self._closed = True
        self._task.cancel()


class Restarting:
    """A helper stops the task of the round before."""

    async def _begin(self, former):
        if former is not None:
            former.cancel()
            try:
                await former
            except asyncio.CancelledError:
                pass
        return asyncio.create_task(load())  # -> none | failure: caller

    async def run(self) -> None:
        former = None
        former = await self._begin(former)  # -> none | failure: awaited
        await asyncio.sleep(1)
        await former


class Cleared:
    """It forgets itself as it ends; who cancels it ignores what it raises."""

    def __init__(self) -> None:
        self._task = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())  # -> none | failure: logged

    async def _run(self) -> None:
        try:
            await load()
        finally:
            self._task = None

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


class Pusher:
    """What it awaits catches most."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._push()
        )  # -> low unawaited | failure: partly-handled

    async def _push(self) -> None:
        await asyncio.to_thread(open, "list")
        await self._send()

    async def _send(self) -> None:
        try:
            await asyncio.to_thread(open, "list")
        except Exception:
            log.exception("cannot send")

    def close(self) -> None:
        self._task.cancel()


class Recorder:
    """Its handler raises nothing but the cancellation."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> low unawaited | failure: handled

    async def _run(self) -> None:
        try:
            await load()
        except (Exception, asyncio.CancelledError) as error:
            log.exception("cannot load")
            if isinstance(error, asyncio.CancelledError):
                raise

    def close(self) -> None:
        self._task.cancel()


async def first_error(names: list[str]) -> None:
    tasks = [asyncio.create_task(load()) for _ in names]  # -> none | failure: logged
    _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in pending:
        task.cancel()
    results = await asyncio.gather(*pending, return_exceptions=True)
    print(results)


class Threaded:
    def start(self) -> None:
        self._task = asyncio.create_task(
            asyncio.to_thread(open, "list")
        )  # -> low unstopped | action: await it when its owner closes


async def finish(task):
    try:
        return await asyncio.shield(task)  # -> none
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def finished() -> None:
    await finish(asyncio.create_task(load()))  # -> none | failure: awaited


class Detached:
    def start(self) -> None:
        self._seldom = asyncio.create_task(load())  # -> low lost | failure: lost

        self._often = asyncio.create_task(load())  # -> none | failure: logged

    async def close(self) -> None:
        if self._seldom.cancel():
            await asyncio.gather(self._seldom, return_exceptions=True)
        pending = []
        if self._often and not self._often.done():
            self._often.cancel()
            pending.append(self._often)
        await asyncio.gather(*pending, return_exceptions=True)  # -> none


class Renewed:
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def publish(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(load())  # -> none | failure: logged

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class Writer:
    def __init__(self) -> None:
        self._writer: asyncio.Task[None] | None = None

    def write(self) -> None:
        self._writer = asyncio.create_task(load())  # -> none | failure: logged
        self._writer.add_done_callback(self._forget)

    def _forget(self, _: asyncio.Task[None]) -> None:
        self._writer = None

    async def flush(self) -> None:
        if self._writer is not None:
            await self._writer


class Watched:
    """The handlers of a `try` do not catch what its `finally` waits for."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._watch()
        )  # -> medium unawaited-cleanup | failure: partly-handled

    async def _watch(self) -> None:
        while True:
            try:
                await load()
            except Exception:
                log.exception("cannot load")
            finally:
                await self._restore()

    async def _restore(self) -> None:
        open("state").close()

    def close(self) -> None:
        self._task.cancel()


class Captured:
    """What its call returns is not followed: the call keeps what it raises."""

    def __init__(self) -> None:
        self._error: Exception | None = None

    def begin(self):
        try:
            return load()
        except Exception as error:
            self._error = error
            return None


async def run_captured(call: Captured) -> None:
    loading = call.begin()
    if loading is not None:
        await loading


def run_in(call: Captured, loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(
        run_captured(call), loop
    )  # -> high dropped | failure: unknown


class Refused(Exception):
    pass


async def load_or_refuse() -> None:
    """It raises one class of what the task has raised, and drops the rest."""
    loading = asyncio.create_task(load())  # -> none | failure: partly-handled
    try:
        await asyncio.sleep(1)
    finally:
        if not loading.done():
            loading.cancel()
        try:
            await loading
        except (Exception, asyncio.CancelledError):
            pass
    if loading.done() and not loading.cancelled():
        error = loading.exception()
        if isinstance(error, Refused):
            raise error


async def load_or_fail() -> None:
    loading = asyncio.create_task(load())  # -> none | failure: observed
    await asyncio.wait([loading])
    error = loading.exception()
    if isinstance(error, Refused):
        raise error
    elif error is not None:
        log.error("cannot load: %s", error)


def note_refusal(task: asyncio.Task[None]) -> None:
    error = task.exception()
    if isinstance(error, Refused):
        log.error("refused: %s", error)


class Refusing:
    """Its callback logs one class."""

    def start(self) -> None:
        self._task = asyncio.create_task(load())  # -> low | failure: partly-handled
        self._task.add_done_callback(note_refusal)


def load_in_time(loop: asyncio.AbstractEventLoop) -> None:
    """What the task raises after the limit, nobody sees."""
    try:
        loading = asyncio.run_coroutine_threadsafe(
            load(), loop
        )  # -> none | failure: unknown
        loading.result(timeout=5)
    except TimeoutError:
        log.warning("still loading")
    except Exception:
        log.exception("cannot load")


def load_or_cancel(loop: asyncio.AbstractEventLoop) -> None:
    loading = asyncio.run_coroutine_threadsafe(
        load(), loop
    )  # -> none | failure: observed
    try:
        loading.result(timeout=5)
    except TimeoutError:
        loading.cancel()
    except Exception:
        log.exception("cannot load")
