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
