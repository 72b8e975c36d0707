"""Tasks that a next start replaces when they are done: whatever cancels them leaves those alone that have failed."""

import asyncio


class Guarded:
    """Its coroutine catches one class of exceptions, and asyncio logs the others."""

    def __init__(self) -> None:
        self._link: asyncio.Task[None] | None = None

    async def connect(self, port: str) -> None:
        if self._link is not None and not self._link.done():
            return
        self._link = asyncio.create_task(self._hold(port))  # -> none | failure: logged

    async def disconnect(self) -> None:
        if self._link is not None and not self._link.done():
            self._link.cancel()
            try:
                await self._link
            except asyncio.CancelledError:
                print("disconnected")

    async def _hold(self, port: str) -> None:
        try:
            await asyncio.sleep(int(port))
        except TimeoutError:
            print("timeout")


class Unguarded:
    def __init__(self) -> None:
        self._link: asyncio.Task[None] | None = None

    async def connect(self, port: str) -> None:
        self._link = asyncio.create_task(self._hold(port))  # -> none | failure: logged

    async def disconnect(self) -> None:
        if self._link is not None and not self._link.done():
            self._link.cancel()
            try:
                await self._link
            except asyncio.CancelledError:
                print("disconnected")

    async def _hold(self, port: str) -> None:
        await asyncio.sleep(int(port))


class Hasty:
    """The cancellation is for one that has failed, too, and takes back that asyncio logs it."""

    def __init__(self) -> None:
        self._link: asyncio.Task[None] | None = None

    async def connect(self, port: str) -> None:
        if self._link is not None and not self._link.done():
            return
        self._link = asyncio.create_task(
            self._hold(port)
        )  # -> low unawaited | failure: partly-handled

    async def disconnect(self) -> None:
        if self._link is not None:
            self._link.cancel()

    async def _hold(self, port: str) -> None:
        try:
            await asyncio.sleep(int(port))
        except TimeoutError:
            print("timeout")


class Single:
    """It is never made again: the reference stays."""

    def __init__(self) -> None:
        self._link: asyncio.Task[None] | None = None

    async def connect(self, port: str) -> None:
        if self._link is not None:
            return
        self._link = asyncio.create_task(
            self._hold(port)
        )  # -> low lost | failure: lost

    async def disconnect(self) -> None:
        if self._link is not None and not self._link.done():
            self._link.cancel()
            await asyncio.wait([self._link])

    async def _hold(self, port: str) -> None:
        await asyncio.sleep(int(port))


class Channel:
    """An event ends it, for which it waits in a task beside another."""

    def __init__(self, socket) -> None:
        self._closing = asyncio.Event()
        self._socket = socket

    def close(self) -> None:
        self._closing.set()

    async def run(self) -> None:
        closing = asyncio.create_task(self._closing.wait())  # -> low unsure
        while True:
            reading = asyncio.create_task(self._socket.receive())  # -> none
            done, _ = await asyncio.wait(
                {closing, reading}, return_when=asyncio.FIRST_COMPLETED
            )
            if reading not in done:
                reading.cancel()
                return
            print(reading.result())


class Station:
    def connect(self, socket) -> None:
        self._channel = Channel(socket)
        self._running = asyncio.create_task(self._run())  # -> none | stop: unknown

    async def _run(self) -> None:
        await self._channel.run()

    def disconnect(self) -> None:
        self._channel.close()


class Belt:
    """A coroutine that only puts something into a queue without a limit ends in one step, too."""

    def __init__(self) -> None:
        self._crates: asyncio.Queue[str] = asyncio.Queue()
        self._places: asyncio.Queue[str] = asyncio.Queue(10)

    async def _push(self, crate: str) -> None:
        if crate:
            await self._crates.put(crate)

    async def _place(self, crate: str) -> None:
        await self._places.put(crate)

    async def _add(self, crates: asyncio.Queue[str], crate: str) -> None:
        await crates.put(crate)

    async def _add_to_any(self, crates: asyncio.Queue[str], crate: str) -> None:
        await crates.put(crate)

    def load(self, crate: str) -> None:
        asyncio.create_task(self._push(crate))  # -> low never-waits
        asyncio.create_task(self._place(crate))  # -> high dropped
        asyncio.create_task(self._add(self._crates, crate))  # -> low never-waits
        asyncio.create_task(self._add_to_any(self._crates, crate))  # -> high dropped
        asyncio.create_task(self._add_to_any(self._places, crate))  # -> high dropped


class Rounds:
    """Where it starts anew it leaves, and does not come to the line that removes the reference."""

    def __init__(self) -> None:
        self._walking: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._walking is None:
            self._walking = asyncio.create_task(
                self._walk()
            )  # -> none | stop: found | failure: awaited-at-stop

    async def close(self) -> None:
        if self._walking is not None:
            self._walking.cancel()
            await self._walking

    async def _walk(self) -> None:
        for place in ("cellar", "attic"):
            try:
                if place == "attic":
                    self._walking = asyncio.create_task(
                        self._walk()
                    )  # -> none | stop: found | failure: awaited-at-stop
                    return
                await asyncio.to_thread(print, place)
            except asyncio.CancelledError:
                break
        self._walking = None
