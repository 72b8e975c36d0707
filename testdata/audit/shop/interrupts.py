"""Where a cancellation that is caught leaves a coroutine, or leaves it running."""

import asyncio
import contextlib


class Counting:
    """A `suppress` around a loop ends the loop, too."""

    def start(self, stream) -> None:
        self._counting = asyncio.create_task(
            self._count()
        )  # -> low unawaited | cancellation: propagates
        self._reading = asyncio.create_task(
            self._read(stream)
        )  # -> low unawaited | cancellation: propagates
        self._repeating = asyncio.create_task(
            self._repeat()
        )  # -> high swallowed | cancellation: swallowed

    async def _count(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            for number in range(3):
                await asyncio.sleep(number)

    async def _read(self, stream) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            async for line in stream:
                print(line.strip())

    async def _repeat(self) -> None:
        for number in range(3):
            with contextlib.suppress(asyncio.CancelledError):
                for _ in range(number):
                    await asyncio.sleep(60)

    def close(self) -> None:
        self._counting.cancel()
        self._reading.cancel()
        self._repeating.cancel()


class Rebuilding:
    """A `gather` that returns exceptions, and `asyncio.wait`, raise no cancellation but that of who waits."""

    def __init__(self) -> None:
        self._jobs: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._rebuilding = asyncio.create_task(
            self._rebuild()
        )  # -> low unawaited | cancellation: unknown
        self._renewing = asyncio.create_task(
            self._renew()
        )  # -> low unawaited | cancellation: unknown
        self._leaving = asyncio.create_task(
            self._leave()
        )  # -> low unawaited | cancellation: propagates

    async def _rebuild(self) -> None:
        for job in self._jobs:
            job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._jobs, return_exceptions=True)
        await asyncio.sleep(60)

    async def _renew(self) -> None:
        for job in self._jobs:
            job.cancel()
        try:
            await asyncio.wait(self._jobs)
        except asyncio.CancelledError:
            print("cancelled")
        await asyncio.sleep(60)

    async def _leave(self) -> None:
        for job in self._jobs:
            job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._jobs)

    def close(self) -> None:
        self._rebuilding.cancel()
        self._renewing.cancel()
        self._leaving.cancel()


class Publishing:
    """A coroutine that cancels itself where it catches a cancellation is cancelled again at its next wait."""

    def start(self, printer) -> None:
        self._publishing = asyncio.create_task(
            self._publish(printer)
        )  # -> low unawaited | cancellation: propagates
        self._posting = asyncio.create_task(
            self._post(printer)
        )  # -> low unawaited | cancellation: unknown

    async def _publish(self, printer) -> None:
        async for page in printer.pages():
            try:
                await printer.print(page)
            except asyncio.CancelledError:
                asyncio.current_task().cancel()

    async def _post(self, printer) -> None:
        async for page in printer.pages():
            try:
                await printer.print(page)
            except asyncio.CancelledError:
                if (task := asyncio.current_task()) and page.is_last:
                    task.cancel()

    def close(self) -> None:
        self._publishing.cancel()
        self._posting.cancel()


class Switching:
    """It waits for a task that it has cancelled: what it catches may be that task's cancellation, or its own."""

    def __init__(self, channel) -> None:
        self._channel = channel
        self._show: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._switching = asyncio.create_task(
            self._switch()
        )  # -> low unawaited | cancellation: unknown
        self._turning = asyncio.create_task(
            self._turn()
        )  # -> low unawaited | cancellation: unknown
        self._tidying = asyncio.create_task(
            self._tidy([])
        )  # -> low unawaited | cancellation: propagates

    async def _switch(self) -> None:
        while True:
            await self._channel.changed()
            await self._end_show()

    async def _turn(self) -> None:
        while True:
            await self._channel.changed()
            show, self._show = self._show, None
            if show is None:
                continue
            show.cancel()
            try:
                await show
            except (asyncio.CancelledError, Exception):
                pass

    async def _tidy(self, shows: list[asyncio.Task[None]]) -> None:
        for show in shows:
            show.cancel()
            try:
                await show
            except asyncio.CancelledError:
                pass

    async def _end_show(self) -> None:
        show, self._show = self._show, None
        if show is None:
            return
        show.cancel()
        try:
            await show
        except (asyncio.CancelledError, Exception):
            pass

    def close(self) -> None:
        self._switching.cancel()
        self._turning.cancel()
        self._tidying.cancel()


class Timed:
    """What it stops is its timer, not the loop that runs it."""

    def __init__(self, timer) -> None:
        self._timer = timer

    def start(self) -> None:
        self._timing = asyncio.create_task(
            self._time()
        )  # -> high swallowed | cancellation: swallowed

    async def _time(self) -> None:
        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                self._timer.stop()

    def close(self) -> None:
        self._timing.cancel()
