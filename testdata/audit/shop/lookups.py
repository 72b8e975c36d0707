"""Tasks that code looks up by the names of their attributes, and coroutines that have several names."""

import asyncio
from collections.abc import Awaitable, Callable


async def expire(seconds: float) -> None:
    await asyncio.sleep(seconds)


class Mover:
    """Both tasks are cancelled in a loop over the names of their attributes."""

    def __init__(self) -> None:
        self._expiry_task: asyncio.Task[None] | None = None
        self._order_task: asyncio.Task[None] | None = None

    async def go(self) -> None:
        self.cancel_all()
        self._expiry_task = asyncio.create_task(
            expire(300)
        )  # -> low unawaited | stopped_by: `Mover.cancel_all` cancels it

    async def order(self) -> None:
        self.cancel_all()
        self._order_task = asyncio.create_task(
            expire(5)
        )  # -> low unawaited | stop: found

    def cancel_all(self) -> None:
        for name in ("_expiry_task", "_order_task"):
            if (task := getattr(self, name)) is not None:
                task.cancel()
                setattr(self, name, None)

    async def close(self) -> None:
        self.cancel_all()


class Sampler:
    """One of the attributes is not among the names."""

    async def sample(self) -> None:
        self._cold_task = asyncio.create_task(expire(3))  # -> none | stop: found
        self._warm_task = asyncio.create_task(expire(4))  # -> none | stop: found
        self._mild_task = asyncio.create_task(expire(5))  # -> low unstopped

    async def close(self) -> None:
        names = ["_cold_task", "_warm_task"]
        for name in names:
            task = getattr(self, name, None)
            if task is not None:
                task.cancel()
                await asyncio.wait([task])


class Runner:
    """One of the two that a name stands for is known, and handles its exceptions."""

    def __init__(self, guards) -> None:
        self._guards = guards

    async def _work(self) -> None:
        try:
            await asyncio.sleep(1)
        except Exception:
            print("handled")

    async def run(self, strict: bool = False) -> None:
        runner: Callable[[], Awaitable[None]]
        runner = self._work
        if strict:
            runner = self._guards.strict(self._work)
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(
            runner()
        )  # -> low unsure | coroutine: self._work or self._guards.strict(self._work) | failure: unknown | cancellation: unknown
        task.add_done_callback(lambda _: future.set_result(None))
        try:
            await future
        except asyncio.CancelledError:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            raise


class Chooser:
    """Both that a name stands for are known."""

    async def _slowly(self) -> None:
        await asyncio.sleep(2)

    async def _quickly(self) -> None:
        await asyncio.sleep(1)

    def start(self, fast: bool) -> None:
        move = self._slowly
        if fast:
            move = self._quickly
        self._moving = asyncio.create_task(
            move()
        )  # -> low unstopped | coroutine: self._slowly or self._quickly | cancellation: propagates

    def restart(self, guards) -> None:
        """What is around the first is not known."""
        move = self._slowly
        move = guards.strict(move)
        self._restarting = asyncio.create_task(
            move()
        )  # -> low unstopped | coroutine: guards.strict(move) | cancellation: unknown


class Channel:
    async def check(self) -> None:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            print("checked")


class Channels:
    """Its elements are those of a copy of the mapping."""

    _channels: dict[str, Channel]

    def start(self) -> None:
        self._checking = asyncio.create_task(
            self._check()
        )  # -> high swallowed | cancellation: swallowed

    async def _check(self) -> None:
        while True:
            for channel in self._channels.copy().values():
                await channel.check()

    async def close(self) -> None:
        self._checking.cancel()
        await asyncio.wait([self._checking])
