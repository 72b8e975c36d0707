"""What looks like a wait for a task, or like its end, and is none."""

import asyncio
import logging
from weakref import WeakValueDictionary

logger = logging.getLogger(__name__)


async def send(host: str) -> None:
    await asyncio.to_thread(print, host)


class Renewing:
    """The event is that of the next round, and the coroutine sets it only if nobody cancels it."""

    def __init__(self) -> None:
        self._due = asyncio.Event()
        self._timer: asyncio.Task[None] | None = None

    async def _ring(self) -> None:
        await asyncio.sleep(60)
        self._due.set()

    async def close(self, host: str) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due = asyncio.Event()
        await send(host)
        await self._due.wait()

    def start(self) -> None:
        self._timer = asyncio.create_task(
            self._ring()
        )  # -> low unawaited | stopped_by: `Renewing.close` cancels it


class Idle:
    """Its callback reads the task, and hands on its own object."""

    def __init__(self, events) -> None:
        self._events = events
        self._watch: asyncio.Task[bool] | None = None

    async def _expire(self) -> bool:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return False
        return True

    def _on_expired(self, task: asyncio.Task[bool]) -> None:
        if task.result():
            self._events.dispatch("idle", self)
        logger.debug("%s is done", task.get_name())

    def start(self) -> None:
        self._watch = asyncio.create_task(
            self._expire()
        )  # -> low unawaited | stopped_by: `Idle.close` cancels it
        self._watch.add_done_callback(self._on_expired)

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    def restart(self) -> None:
        self.close()
        self.start()

    def resume(self) -> None:
        self.start()


class Reconnecting:
    """The handler of a pause is not what its loop catches."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._wake = asyncio.Event()

    async def _receive(self) -> None:
        try:
            await send(self._host)
        except Exception:
            logger.exception("Lost the connection")

    async def _run(self) -> None:
        while True:
            await self._receive()
            try:
                await asyncio.wait_for(self._wake.wait(), timeout=5)
            except TimeoutError:
                pass

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())  # -> low unawaited

    def close(self) -> None:
        self._task.cancel()


class Closing:
    """The inner clause goes on after a cancellation, whatever the outer one does."""

    def __init__(self) -> None:
        self._finished: asyncio.Future[None] | None = None

    async def _lost(self) -> bool:
        await send("bye")
        return True

    async def _close(self) -> None:
        try:
            try:
                await self._finished
            except asyncio.CancelledError:
                logger.debug("Cancelled before the end")
            if await self._lost():
                return
            logger.debug("Still there")
        except asyncio.CancelledError:
            logger.debug("Cancelled while it closes")

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._close()
        )  # -> low unstopped | cancellation: unknown


class Dialer:
    """Its tasks are the keys of a dictionary; each of them waits for a moment, and then goes on."""

    def __init__(self) -> None:
        self._transport: str | None = None

    async def _connect(self, host: str) -> None:
        while self._transport is not None:
            await asyncio.sleep(0)
        await send(host)

    def close(self) -> None:
        self._transport = None

    async def dial(self, first: str, second: str) -> None:
        calls: dict[asyncio.Task[None], str] = {
            asyncio.create_task(
                self._connect(first)
            ): first,  # -> none observed | stopped_by: `Dialer.dial` cancels it
            asyncio.create_task(
                self._connect(second)
            ): second,  # -> none observed | stopped_by: `Dialer.dial` cancels it
        }
        try:
            waiting = set(calls)
            while waiting and self._transport is None:
                done, waiting = await asyncio.wait(
                    waiting, return_when=asyncio.FIRST_COMPLETED
                )
                for call in done:
                    call.result()
        finally:
            for call, host in calls.items():
                if not call.done():
                    call.cancel()
                    await asyncio.wait({call})
                logger.debug("%s is over", host)


async def close_all(tasks: list[asyncio.Task[None]]) -> None:
    """Gives up on tasks that do not end."""
    pending: set[asyncio.Task[None]] = set(tasks)
    for _ in range(3):
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=5)
        if not pending:
            break
    else:
        logger.error("%d tasks do not end", len(pending))
        return
    await asyncio.gather(*tasks, return_exceptions=True)


class Patient:
    """Its last wait is only for tasks that are done already."""

    def __init__(self) -> None:
        self._poll: asyncio.Task[None] | None = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(30)

    def start(self) -> None:
        self._poll = asyncio.create_task(
            self._run()
        )  # -> none handled | stopped_by: `Patient.close` cancels it, through `close_all`; `Patient.close` then waits for it, with a timeout

    async def close(self) -> None:
        if self._poll is not None:
            await close_all([self._poll])


class Registry:
    """It refuses tasks once it is closed."""

    def __init__(self) -> None:
        self._tasks: WeakValueDictionary[str, asyncio.Task[None]] = (
            WeakValueDictionary()
        )
        self._is_closed = False

    def register(self, name: str, task: asyncio.Task[None]) -> None:
        if self._is_closed:
            logger.warning("refused %s", name)
            task.cancel()
            return
        self._tasks[name] = task

    async def close(self) -> None:
        self._is_closed = True
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


class Reports:
    """Its task is cancelled by the registry, and not where the registry gets it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def start(self) -> None:
        report = asyncio.create_task(
            send("shop")
        )  # -> low unsure | owner: unknown | stop: unknown
        self._registry.register("report", report)


class Portal:
    """It makes its last task as it closes, and waits for it there."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(  # -> none | failure: awaited
            send("over"), self._loop
        ).result(3)


if __name__ == "__main__":
    main_loop = asyncio.new_event_loop()
    jobs: list[asyncio.Task[None]] = []
    jobs.append(
        main_loop.create_task(  # -> medium unawaited | action: check whether its end has to be awaited: module-level code is not async
            Patient()._run()
        )
    )
    try:
        main_loop.run_until_complete(send("shop"))
    finally:
        for job in jobs:
            job.cancel()
