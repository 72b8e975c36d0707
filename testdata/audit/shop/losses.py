"""Exceptions of tasks that have failed by the time that something cancels them: asyncio logs them no more."""

import asyncio
import logging

logger = logging.getLogger(__name__)


class Feed:
    def show(self, message) -> None:
        print(int(message))

    async def first_of_two(self, client) -> None:
        """The log of the one that has failed is taken back."""

        async def listen() -> None:
            async for message in client:
                self.show(message)

        async def ping() -> None:
            while True:
                await asyncio.sleep(20)
                self.show(client.latency)

        pumps = [
            asyncio.create_task(listen()),  # -> low lost | failure: lost
            asyncio.create_task(ping()),  # -> low lost | failure: lost
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()

    async def added_one_by_one(self, clients) -> None:
        async def listen(client) -> None:
            async for message in client:
                self.show(message)

        pumps = set()
        for client in clients:
            pump = asyncio.create_task(listen(client))  # -> low lost | failure: lost
            pumps.add(pump)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in list(pumps):
            pump.cancel()

    async def until_it_fails(self, connect) -> None:
        """The `return` makes no difference to what is lost in a round."""

        async def listen(client) -> None:
            async for message in client:
                self.show(message)

        while True:
            try:
                async with connect() as client:
                    pump = asyncio.create_task(
                        listen(client)
                    )  # -> low lost | failure: lost
                    pumps = [pump]
                    try:
                        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for pump in pumps:
                            pump.cancel()
            except OSError:
                logger.exception("no connection")
                return
            await asyncio.sleep(5)

    async def only_the_others(self, client) -> None:
        """What has failed is not cancelled."""

        async def listen() -> None:
            async for message in client:
                self.show(message)

        pumps = [asyncio.create_task(listen())]  # -> none | failure: logged
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                if not pump.done():
                    pump.cancel()

    async def only_the_pending(self, client) -> None:
        async def listen() -> None:
            async for message in client:
                self.show(message)

        pumps = [asyncio.create_task(listen())]  # -> none | failure: logged
        _, pending = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pending:
            pump.cancel()


class Sensor:
    """What has failed by then is cancelled, but not awaited: `cancel()` says that it was done."""

    def __init__(self) -> None:
        self._sampling: asyncio.Task[None] | None = None

    async def _sample(self, path: str) -> None:
        while True:
            await asyncio.sleep(1)
            print(int(path))

    async def initialize(self, path: str) -> None:
        if self._sampling is None or self._sampling.done():
            self._sampling = asyncio.create_task(
                self._sample(path)
            )  # -> medium lost-worker | failure: lost

    async def teardown(self) -> None:
        if self._sampling and self._sampling.cancel():
            try:
                await self._sampling
            except asyncio.CancelledError:
                pass


class Probe:
    """What has failed by then is not cancelled, so that asyncio logs it."""

    def __init__(self) -> None:
        self._probing: asyncio.Task[None] | None = None

    async def _probe(self, path: str) -> None:
        while True:
            await asyncio.sleep(1)
            print(int(path))

    async def initialize(self, path: str) -> None:
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(
                self._probe(path)
            )  # -> none | failure: logged

    async def teardown(self) -> None:
        if self._probing is not None and not self._probing.done():
            self._probing.cancel()
            try:
                await self._probing
            except asyncio.CancelledError:
                pass


class Listening:
    """Nothing is raised where it closes: the wait raises nothing, and `exception()` only gives it."""

    def __init__(self, socket) -> None:
        self._listening: asyncio.Task[None] | None = None
        self._socket = socket

    async def __aenter__(self) -> "Listening":
        self._listening = asyncio.create_task(
            self._listen()
        )  # -> low late | failure: awaited-at-stop
        return self

    async def _listen(self) -> None:
        while not self._socket.closed:
            print(int(self._socket.name))
            await asyncio.sleep(1)

    async def __aexit__(self, *exc_info) -> None:
        self._socket.close()
        if (listening := self._listening) is not None:
            self._listening = None
            await asyncio.wait({listening})
            if not listening.cancelled() and (error := listening.exception()):
                logger.warning("listening has failed: %s", error)


class Closing:
    """What has ended before is not awaited at the end; the next close drops it."""

    def __init__(self) -> None:
        self._closing: asyncio.Task[None] | None = None

    def on_hangup(self) -> None:
        self._closing = asyncio.create_task(
            self._close()
        )  # -> none | failure: logged | stop: found

    async def _close(self) -> None:
        await asyncio.sleep(1)
        print(int("closed"))

    async def aclose(self) -> None:
        if self._closing and not self._closing.done():
            await self._closing


class Counter:
    """The same of a task that is started once: asyncio logs nothing while the object has it."""

    def __init__(self) -> None:
        self._counting = asyncio.create_task(
            self._count()
        )  # -> low lost | failure: lost

    async def _count(self) -> None:
        await asyncio.sleep(1)
        print(int("counted"))

    async def shutdown(self) -> None:
        if self._counting.done():
            return
        await self._counting


class Summer:
    """It asks whether there is a task, or reads what the one has left that has ended."""

    def __init__(self) -> None:
        self._adding: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._adding = asyncio.create_task(
            self._add()
        )  # -> none | failure: awaited-at-stop
        self._checking = asyncio.create_task(
            self._add()
        )  # -> none | failure: awaited-at-stop

    async def _add(self) -> None:
        await asyncio.sleep(1)
        print(int("sum"))

    async def close(self) -> None:
        if self._adding is not None:
            await self._adding
        if not self._checking.done():
            await self._checking
        else:
            self._checking.result()
