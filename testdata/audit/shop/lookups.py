"""Tasks that code looks up by the names of their attributes, and coroutines that have several names."""

import asyncio


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
