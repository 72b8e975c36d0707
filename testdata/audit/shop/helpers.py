"""What helpers, and objects of other classes, do with a task: less than to keep or to await it."""

import asyncio
import logging

log = logging.getLogger(__name__)


async def count(name: str) -> float:
    return 1 / len(await asyncio.to_thread(str.upper, name))


class Logged:
    """A helper of its callback only reads the exception."""

    def start(self, name: str) -> None:
        self._counting = asyncio.create_task(count(name))  # -> low unawaited
        self._counting.add_done_callback(self._counted)

    def close(self) -> None:
        self._counting.cancel()

    def _counted(self, task: asyncio.Task[float]) -> None:
        self._report(task)

    @staticmethod
    def _report(task: asyncio.Task[float]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("not counted", exc_info=error)


class Finished:
    """A helper of its callback gives the task to another task, which awaits it."""

    def start(self, name: str) -> None:
        self._counting = asyncio.create_task(count(name))  # -> none | failure: unknown
        self._counting.add_done_callback(self._counted)

    def close(self) -> None:
        self._counting.cancel()

    def _counted(self, task: asyncio.Task[float]) -> None:
        self._finish(task)

    def _finish(self, task: asyncio.Task[float]) -> None:
        self._finishing = asyncio.ensure_future(self._wait_for(task))  # -> none

    async def _wait_for(self, task: asyncio.Task[float]) -> None:
        print(await task)


class Retrying:
    """The same name in an object that is not known is only cancelled, which neither awaits nor reads it."""

    def start(self) -> None:
        self.retrying = asyncio.create_task(
            self._retry()
        )  # -> medium lost-worker | failure: lost

    async def _retry(self) -> None:
        while True:
            await asyncio.sleep(1)
            print(await count(""))

    def close(self) -> None:
        self.retrying.cancel()


class Reconnecting:
    """So it is in an object that may wait for it, too."""

    def start(self) -> None:
        self.reconnecting = asyncio.create_task(
            self._reconnect()
        )  # -> none | failure: unknown

    async def _reconnect(self) -> None:
        while True:
            await asyncio.sleep(1)
            print(await count(""))

    def close(self) -> None:
        self.reconnecting.cancel()


class Renewing:
    """What may cancel it may take back what asyncio logs."""

    def __init__(self, app) -> None:
        self.renewing = None
        app.router.add_get("/renewing", self.start)

    async def start(self, request) -> None:
        if self.renewing is None or self.renewing.done():
            self.renewing = asyncio.create_task(
                count("a")
            )  # -> none | failure: unknown


class Repeating:
    """Where nobody may cancel it, asyncio logs it."""

    def __init__(self, app) -> None:
        self.repeating = None
        app.router.add_get("/repeating", self.start)

    async def start(self, request) -> None:
        if self.repeating is None or self.repeating.done():
            self.repeating = asyncio.create_task(
                count("a")
            )  # -> low unstopped | failure: logged


async def hung_up(address) -> None:
    address.retrying.cancel()
    address.renewing.cancel()
    address.reconnecting.cancel()
    await asyncio.wait([address.reconnecting])


async def given_at_last(keeper, names: asyncio.Queue[str]):
    """On the way to its end the function gives the task to other code."""
    counting = asyncio.create_task(
        count("given")
    )  # -> none | owner: unknown | lifetime: unknown | stop: unknown | failure: unknown
    name = await names.get()
    if name == "none":
        counting.cancel()
        raise ValueError(name)
    if name:
        yield name
        counting.cancel()
        return

    async def wait_for_it() -> None:
        await counting

    keeper.waiting = asyncio.create_task(wait_for_it())  # -> low unstopped
    await keeper.register(counting)


async def given_on_the_way(keeper) -> None:
    """It ends what it has given."""
    counting = asyncio.create_task(
        count("given")
    )  # -> none | owner: local variable in given_on_the_way | stop: found
    await keeper.register(counting)
    counting.cancel()


async def looked_at(names: asyncio.Queue[str]) -> None:
    """What only looks at the task is not given it."""
    getting = asyncio.create_task(names.get())  # -> none
    counting = asyncio.create_task(
        count("seen")
    )  # -> none | owner: local variable in looked_at | stop: found
    try:
        done, _ = await asyncio.wait(
            {getting, counting}, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        getting.cancel()
        counting.cancel()
    if done.isdisjoint({counting}) and getattr(counting, "uncancel", None):
        raise ValueError("too slow")
