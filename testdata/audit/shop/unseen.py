"""Exceptions that nobody sees, or only as something ends: those of loops that catch others, and those that no wait reads."""

import asyncio
import logging

log = logging.getLogger(__name__)


class Courier:
    """What it catches is only the limit of its wait: what `_deliver` raises ends the loop, and nobody sees it."""

    def __init__(self) -> None:
        self._parcels: asyncio.Queue[str] = asyncio.Queue()
        self._stopped = False

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> low partly-lost | failure: partly-handled | stop: found

    async def stop(self) -> None:
        self._stopped = True
        while not self._task.done():
            await asyncio.sleep(0.1)

    async def _run(self) -> None:
        while not self._stopped:
            try:
                parcel = await asyncio.wait_for(self._parcels.get(), timeout=0.1)
            except asyncio.TimeoutError:
                continue
            await self._deliver(parcel)

    async def _deliver(self, parcel: str) -> None:
        await asyncio.sleep(int(parcel))


class Patient:
    """It goes on after what a round raises: only what it does between its rounds may end it."""

    def __init__(self, door) -> None:
        self._door = door
        self._stopped = False

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> none | failure: partly-handled

    def stop(self) -> None:
        self._stopped = True

    async def _run(self) -> None:
        await self._door.open()
        while not self._stopped:
            try:
                await self._door.watch()
            except Exception:
                log.exception("cannot watch")


class Helped:
    """What a round awaits catches most of what it raises."""

    def __init__(self, door) -> None:
        self._door = door

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._run()
        )  # -> low unawaited | failure: unknown

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            await self._round()

    async def _round(self) -> None:
        delay = await self._door.delay()
        try:
            await self._door.watch(delay)
        except Exception:
            log.exception("cannot watch")


class Agent:
    """A framework calls `on_stop` as it ends, and `on_disconnect` in between."""

    def __init__(self, door) -> None:
        self._door = door

    def open(self) -> None:
        self._opening = asyncio.create_task(
            self._open()
        )  # -> none | failure: awaited-at-stop
        self._shutting = asyncio.create_task(
            self._open()
        )  # -> none | failure: awaited-at-stop
        self._knocking = asyncio.create_task(self._open())  # -> none | failure: awaited

    async def _open(self) -> None:
        await self._door.open()

    async def on_stop(self) -> None:
        await self._opening

    async def before_server_stop(self) -> None:
        await self._shutting

    async def on_disconnect(self) -> None:
        await self._knocking


async def lower_all(bars) -> None:
    """Nothing reads the outcome of what is waited for, whatever it runs."""
    jobs = [asyncio.create_task(b.lower()) for b in bars]  # -> none | failure: logged
    if jobs:
        await asyncio.wait(jobs)


async def lower_in_time(bar) -> None:
    lowering = asyncio.create_task(bar.lower())  # -> none | failure: logged
    _, pending = await asyncio.wait([lowering], timeout=3)
    for task in pending:
        task.cancel()


async def lower_or_leave(bar) -> None:
    """It is cancelled, done or not, which takes the log back: whether it may fail is not known."""
    lowering = asyncio.create_task(bar.lower())  # -> none | failure: unknown
    await asyncio.wait([lowering], timeout=3)
    lowering.cancel()


async def lower_and_raise(bars) -> None:
    """What is done is read."""
    jobs = [asyncio.create_task(b.lower()) for b in bars]  # -> none | failure: awaited
    done, _ = await asyncio.wait(jobs)
    for task in done:
        task.result()


async def lower_and_look(bars) -> None:
    jobs = [asyncio.create_task(b.lower()) for b in bars]  # -> none | failure: observed
    done, _ = await asyncio.wait(jobs)
    for task in done:
        if error := task.exception():
            log.error("cannot lower: %s", error)


async def lower_first(bars) -> None:
    """The only one that is done is unpacked."""
    jobs = [asyncio.create_task(b.lower()) for b in bars]  # -> none | failure: observed
    done, pending = await asyncio.wait(
        jobs, return_when=asyncio.FIRST_COMPLETED, timeout=5
    )
    for task in pending:
        task.cancel()
    if done:
        (lowered,) = done
        lowered.result()


async def _ask(host: str) -> str:
    await asyncio.sleep(len(host))
    return host.split(".")[3]


async def first_answer(hosts: list[str]) -> str:
    """Of a host that cannot be asked nothing is said."""
    asked = [
        asyncio.ensure_future(_ask(host))  # -> low lost | failure: lost
        for host in hosts
    ]
    while asked:
        done, pending = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        answer = done.pop()
        if not answer.exception():
            for other in pending:
                other.cancel()
            return answer.result()
        asked = pending
    return ""


async def answers(hosts: list[str]) -> list[str]:
    asked = []
    for host in hosts:
        asked.append(asyncio.create_task(_ask(host)))  # -> low lost | failure: lost
    done, pending = await asyncio.wait(asked, timeout=5)
    found = []
    for answer in done:
        if answer.exception() is None:
            found.append(answer.result())
    for answer in pending:
        answer.cancel()
    return found


async def answer_of(host: str) -> list[str]:
    asked = asyncio.create_task(_ask(host))  # -> low lost | failure: lost
    await asyncio.wait([asked])
    if asked.cancelled() or asked.exception() is not None:
        return
    return [asked.result()]


async def good_answers(hosts: list[str]) -> list[str]:
    asked = [
        asyncio.create_task(_ask(host))  # -> low lost | failure: lost
        for host in hosts
    ]
    await asyncio.wait(asked)
    return [answer.result() for answer in asked if not answer.exception()]


async def logged_answer(host: str) -> str:
    """It says what went wrong, and so does not lose it."""
    asked = asyncio.create_task(_ask(host))  # -> none | failure: observed
    await asyncio.wait([asked])
    if not asked.exception():
        return asked.result()
    log.warning("no answer: %s", asked.exception())
    return ""
