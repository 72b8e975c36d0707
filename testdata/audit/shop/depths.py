"""Coroutines that await others which catch their cancellation, at any depth."""

import asyncio


class Pipe:
    def __init__(self) -> None:
        self._slot: asyncio.Queue[None] = asyncio.Queue(maxsize=1)

    def start(self) -> None:
        self._pumping = asyncio.create_task(
            self._pump()
        )  # -> medium lost-worker | cancellation: unknown
        self._draining = asyncio.create_task(
            self._drain()
        )  # -> medium lost-worker | cancellation: unknown
        self._tipping = asyncio.create_task(
            self._tip()
        )  # -> low unawaited | cancellation: propagates
        self._welcoming = asyncio.create_task(
            self._welcome()
        )  # -> low unawaited | cancellation: propagates
        self._waiting = asyncio.create_task(
            self._wait()
        )  # -> low unawaited | cancellation: propagates

    async def _kick(self) -> None:
        try:
            await self._slot.put(None)
        except asyncio.CancelledError:
            pass

    async def _shut(self) -> None:
        await self._kick()
        await asyncio.sleep(1)

    async def _pump(self) -> None:
        """What catches it is two calls away, and is followed by another wait there."""
        while True:
            try:
                await self._shut()
                print("again")
            except asyncio.CancelledError:
                break

    async def _turn(self) -> None:
        await self._nudge()

    async def _nudge(self) -> None:
        await self._kick()

    async def _drain(self) -> None:
        """What catches it is three calls away, and each of them just returns."""
        while True:
            await self._turn()

    async def _fail(self) -> None:
        try:
            await self._slot.get()
        finally:
            await self._nudge()

    async def _tip(self) -> None:
        """It waits again only where it is cancelled already, or not at all."""
        await self._fail()
        await self._nudge()

    async def _wait_for_thread(self) -> None:
        """The cancellation is only put off."""
        cancellation: asyncio.CancelledError | None = None
        future = asyncio.get_running_loop().run_in_executor(None, print)
        while not future.done():
            try:
                await asyncio.shield(future)
            except asyncio.CancelledError as error:
                cancellation = error
        if cancellation is not None:
            raise cancellation

    async def _wait(self) -> None:
        try:
            await self._wait_for_thread()
            await asyncio.sleep(1)
        except Exception as error:
            print(error)

    async def _greet(self) -> None:
        """The cancellation is raised again when the pipe is closed."""
        try:
            await self._slot.get()
        except (ValueError, asyncio.CancelledError) as error:
            try:
                await self.close()
            finally:
                raise error

    async def _welcome(self) -> None:
        try:
            await self._greet()
            await asyncio.sleep(1)
        except Exception as error:
            print(error)

    async def close(self) -> None:
        self._welcoming.cancel()
        self._waiting.cancel()
        self._pumping.cancel()
        self._draining.cancel()
        self._tipping.cancel()


class Frames:
    """It calls back the object that has made it."""

    def __init__(self, tube=None) -> None:
        self._tube = tube

    async def parse(self) -> None:
        await self._tube._flush_slot()


class Tube:
    def __init__(self) -> None:
        self._slot: asyncio.Queue[None] = asyncio.Queue(maxsize=1)
        self._frames = Frames(self)

    def start(self) -> None:
        self._parsing = asyncio.create_task(
            self._parse()
        )  # -> medium lost-worker | cancellation: unknown
        self._flushing = asyncio.create_task(
            self._flush(self)
        )  # -> medium lost-worker | cancellation: unknown

    async def _flush(self, tube) -> None:
        while True:
            await tube._flush_slot()

    async def _flush_slot(self) -> None:
        try:
            await self._slot.put(None)
        except asyncio.CancelledError:
            pass

    async def _parse(self) -> None:
        while True:
            await self._frames.parse()

    async def close(self) -> None:
        self._parsing.cancel()
        self._flushing.cancel()
