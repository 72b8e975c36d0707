"""What is not claimed of a task, as the code shows something else or does not show it."""

import asyncio
import contextlib
import logging
from asyncio import create_task


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


class Feed:
    """What it cancels is done, and it waits for the next."""

    async def start(self, host: str) -> None:
        if self._task and not self._task.done():
            return
        await self.stop()
        self._task = asyncio.create_task(
            send(host)
        )  # -> low lost | stopped_by: `Feed.stop` cancels it; `Feed.stop` then waits for it
        await asyncio.wait([self._task])

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])


async def first_of(host: str, ready: asyncio.Event) -> bool:
    """The wait at the end is for a task that was not cancelled."""
    waiting = asyncio.create_task(ready.wait())  # -> none
    sending = asyncio.create_task(
        send(host)
    )  # -> none | stopped_by: `first_of` cancels it | failure: awaited
    await asyncio.wait([waiting, sending], return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        sending.cancel()
        return False
    waiting.cancel()
    return await sending


class Market:
    """Who calls it starts the tasks of another class."""

    async def start(self) -> None:
        await self.leave()

    async def leave(self) -> None:
        pass


class Exchange(Market):
    def watch(self, host: str) -> None:
        self._polling = asyncio.create_task(
            send(host)
        )  # -> low unawaited | stopped_by: `Exchange.leave` cancels it

    async def leave(self) -> None:
        await super().leave()
        self._polling.cancel()


class Draining:
    """The limit ends the wait, not the tasks."""

    async def drain(self, hosts: list[str]) -> None:
        self._sent = asyncio.gather(*[send(host) for host in hosts])  # -> low unstopped
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._sent), 5)


async def send_all(hosts: list[str]) -> None:
    """The first that fails ends the wait for the others."""
    sending = [
        asyncio.create_task(send(host))  # -> none | lifetime: unknown
        for host in hosts
    ]
    await asyncio.gather(*sending)


async def send_each(hosts: list[str]) -> None:
    sending = [
        asyncio.create_task(send(host))  # -> low lost | lifetime: call
        for host in hosts
    ]
    await asyncio.gather(*sending, return_exceptions=True)


class Spooler:
    """A queue without a limit takes everything at once."""

    def __init__(self) -> None:
        self._spool: asyncio.Queue[str] = asyncio.Queue()
        self._limited: asyncio.Queue[str] = asyncio.Queue(10)

    def spool(self, host: str) -> None:
        asyncio.create_task(self._spool.put(host))  # -> low never-waits
        asyncio.create_task(self._limited.put(host))  # -> high dropped


async def send_safely(host: str) -> None:
    name = host.strip()
    try:
        await send(name)
    except Exception as error:
        logging.warning("%s", error)


async def report(host: str) -> None:
    await send_safely(host)
    print(host.format(host))


class Reports:
    """What is outside of a `try` may fail, or may not."""

    def report(self, host: str) -> None:
        self._last = asyncio.create_task(
            report(host)
        )  # -> low unawaited | failure: unknown

    def close(self) -> None:
        self._last.cancel()


def ask(hosts: list[str]):
    """A function in it adds to its list."""
    sent = []

    def add(host: str) -> None:
        sent.append(create_task(send(host)))  # -> none | owner: local variable in ask

    async def wait() -> None:
        await asyncio.gather(*sent)

    for host in hosts:
        add(host)
    return wait


class Closing:
    """It stops itself."""

    def start(self, host: str) -> None:
        self._task = asyncio.create_task(
            self._run(host)
        )  # -> low unawaited | action: check whether its end has to be awaited: the task can itself run `Closing.close`

    async def _run(self, host: str) -> None:
        if not await send(host):
            await self.close()

    async def close(self) -> None:
        self._task.cancel()


def dispatch(host: str):
    if host:
        return [asyncio.create_task(send(host))]  # -> none
    return [asyncio.create_task(send("all"))]  # -> none


class Dispatcher:
    def dispatch(self, host: str) -> None:
        self._sent = dispatch(host)  # -> low unstopped | coroutine: unknown


_notes: set[asyncio.Task[bool]] = set()


def note(host: str) -> None:
    """A function of another module imports the set under another name."""
    task = asyncio.create_task(
        send(host)
    )  # -> none | stopped_by: `end_notes` cancels it; `end_notes` then waits for it
    _notes.add(task)
    task.add_done_callback(_notes.discard)


class Bucketed:
    """One of two sets keeps it; a task that is done at once is only returned."""

    def __init__(self) -> None:
        self._urgent: set[asyncio.Task[bool]] = set()
        self._other: set[asyncio.Task[bool]] = set()

    def add(self, host: str, is_urgent: bool) -> None:
        task = asyncio.create_task(send(host))  # -> none | lifetime: unknown
        bucket = self._urgent if is_urgent else self._other
        bucket.add(task)
        task.add_done_callback(bucket.remove)

    def ask(self, host: str) -> asyncio.Task[bool]:
        task = asyncio.create_task(send(host))  # -> none | owner: unknown
        if task.done():
            return task
        self._other.add(task)
        task.add_done_callback(self._other.remove)
        return task


async def send_both(hosts: list[str]) -> None:
    """The wait reads no exception, and the end of the function lets go of the tasks."""
    sending = [
        asyncio.create_task(send(host))  # -> none | failure: logged
        for host in hosts
    ]
    await asyncio.wait(sending)


async def renew(deadline: float) -> None:
    while asyncio.get_running_loop().time() < deadline:
        await send("renew")


_renewals: set[asyncio.Task[None]] = set()


def start_renewal(deadline: float) -> None:
    """It ends by itself, and the set lets go of it."""
    task = asyncio.create_task(renew(deadline))  # -> none | stop: nothing
    _renewals.add(task)
    task.add_done_callback(_renewals.discard)


class Meter:
    """It is only waited for as the meter is stopped."""

    def count(self, host: str) -> None:
        self._task = asyncio.create_task(
            send(host)
        )  # -> none | failure: awaited-at-stop

    async def _flush(self) -> None:
        await self._task

    async def stop(self) -> None:
        await self._flush()


async def contained(work) -> None:
    with contextlib.suppress(OSError):
        await work


async def contain(work) -> None:
    """What it runs is not in sight, and is taken to pass a cancellation on."""
    task = asyncio.create_task(contained(work))  # -> none | cancellation: propagates
    await task


def keep(work) -> asyncio.Task[bool]:
    task = asyncio.create_task(work)  # -> none
    _notes.add(task)
    task.add_done_callback(_notes.discard)
    return task


class Kept:
    """The attribute has the task, too."""

    def start(self, host: str) -> None:
        self._task = keep(
            send(host)
        )  # -> none | stopped_by: `Kept.close` cancels it; `Kept.close` then waits for it

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class Reader:
    """The other side ends it."""

    def __init__(self, connection) -> None:
        self._connection = connection

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._read()
        )  # -> low partly-lost | stop: unknown

    async def _read(self) -> None:
        while True:
            try:
                print(await self._connection.receive())
            except ConnectionError:
                return


class Farewell:
    """What runs as its owner closes needs nobody who stops it."""

    def close(self, host: str) -> None:
        self._farewell = asyncio.create_task(send(host))  # -> low lost | stop: nothing


class Ended:
    """Others wait for what its coroutine sets."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()

    def end(self, host: str) -> None:
        self._end = asyncio.create_task(self._run(host))  # -> low lost | stop: unknown

    async def _run(self, host: str) -> None:
        await send(host)
        self._ended.set()


class Left:
    """It waits for the end, and cancels only after a limit."""

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(
            send("left")
        )  # -> none | stopped_by: `Left.__aexit__` cancels it

    async def __aexit__(self, *_) -> None:
        try:
            await asyncio.wait([self._task], timeout=5)
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        self._task.cancel()
        await self._task


def chain(source: asyncio.Future, target: asyncio.Task[bool]) -> None:
    def cancel(future: asyncio.Future) -> None:
        if future.cancelled():
            target.cancel()

    source.add_done_callback(cancel)


class Chained:
    """What is registered does not run yet."""

    def start(self, source: asyncio.Future) -> None:
        self._task = asyncio.create_task(send("chained"))  # -> none | stop: unknown
        chain(source, self._task)


async def send_or_leave(host: str) -> None:
    """It gives up on a task that does not end after its cancellation."""
    sending = asyncio.create_task(send(host))  # -> low | lifetime: unknown
    try:
        await asyncio.wait([sending], timeout=5)
    finally:
        sending.cancel()
        await asyncio.wait([sending], timeout=1)


async def up_or_gone(host: str, gone: asyncio.Event) -> bool:
    """What is awaited is done, what was cancelled is not awaited."""
    leaving = asyncio.create_task(gone.wait())  # -> none
    sending = asyncio.create_task(
        send(host)
    )  # -> none | stopped_by: `up_or_gone` cancels it | failure: awaited
    done, pending = await asyncio.wait(
        [leaving, sending], return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    if leaving in done:
        return False
    return await sending


class Limited:
    """What is gathered has a limit of its own."""

    def __init__(self) -> None:
        self._jobs: set[asyncio.Task[bool]] = set()

    def start(self, host: str) -> None:
        job = asyncio.create_task(
            send(host)
        )  # -> none | stopped_by: `Limited.close` cancels it; `Limited.close` then waits for it, with a timeout
        job.add_done_callback(self._jobs.discard)
        self._jobs.add(job)

    async def close(self) -> None:
        for job in self._jobs:
            job.cancel()
        waits = (asyncio.wait_for(job, timeout=10) for job in self._jobs)
        await asyncio.gather(*waits, return_exceptions=True)  # -> none


class LimitedPair:
    def start(self, host: str) -> None:
        self._call = asyncio.create_task(
            send(host)
        )  # -> low lost | stopped_by: `LimitedPair.close` waits for it, and cancels it at a time limit
        self._echo = asyncio.create_task(
            send(host)
        )  # -> low lost | stopped_by: `LimitedPair.close` waits for it, and cancels it at a time limit
        self._last = asyncio.create_task(
            send(host)
        )  # -> none | stopped_by: `LimitedPair.close` waits for it, and cancels it at a time limit

    async def close(self) -> None:
        await asyncio.gather(
            asyncio.wait_for(self._call, 10),
            *[asyncio.wait_for(self._echo, 10)],
            return_exceptions=True,
        )  # -> none
        for wait in [asyncio.wait_for(self._last, 10)]:
            await wait
