"""A cancellation that is caught, and raised again under a condition."""

import asyncio


class Nap:
    """It takes the cancellation for that of its own sleep."""

    def __init__(self) -> None:
        self._woken = False
        self._sleeping: asyncio.Future[None] | None = None

    async def pause(self, seconds: float) -> None:
        self._woken = False
        self._sleeping = asyncio.ensure_future(asyncio.sleep(seconds))  # -> none
        try:
            await self._sleeping
        except asyncio.CancelledError:
            if not self._woken:
                raise

    def wake(self) -> None:
        self._woken = True
        self._sleeping.cancel()


class Beats:
    def __init__(self) -> None:
        self._nap = Nap()

    def start(self) -> None:
        self._beating = asyncio.create_task(
            self._beat()
        )  # -> medium lost-worker | cancellation: unknown

    async def _beat(self) -> None:
        while True:
            await self._nap.pause(5)
            print("beat")

    async def stop(self) -> None:
        self._beating.cancel()
        await asyncio.wait([self._beating])


class Retries:
    """A loop in a function that it awaits goes on, unless it is closed."""

    def __init__(self) -> None:
        self._is_closed = False

    def start(self) -> None:
        self._trying = asyncio.create_task(
            self._try()
        )  # -> medium lost-worker | cancellation: unknown

    async def _try(self) -> None:
        await self._connect()
        print("connected")

    async def _connect(self) -> None:
        while not self._is_closed:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                if self._is_closed:
                    raise

    async def stop(self) -> None:
        self._is_closed = True
        self._trying.cancel()
        await asyncio.wait([self._trying])


class Asked:
    """It asks whether the cancellation is its own, or raises on each way."""

    def start(self) -> None:
        self._asking = asyncio.create_task(
            self._ask()
        )  # -> medium lost-worker | cancellation: propagates
        self._raising = asyncio.create_task(
            self._raise()
        )  # -> medium lost-worker | cancellation: propagates

    async def _ask(self) -> None:
        while True:
            await self._own()

    async def _own(self) -> None:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():
                raise

    async def _note(self) -> None:
        while True:
            await self._noted()

    async def _noted(self) -> None:
        try:
            await asyncio.sleep(1)
        except (OSError, asyncio.CancelledError) as error:
            await asyncio.to_thread(print, error)
            if isinstance(error, asyncio.CancelledError):
                raise

    async def _raise(self) -> None:
        while True:
            await self._either()

    async def _either(self) -> None:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError as error:
            if error.args:
                raise
            else:
                raise asyncio.CancelledError("stopped") from error

    async def stop(self) -> None:
        self._asking.cancel()
        self._noting.cancel()
        self._raising.cancel()
        await asyncio.wait([self._asking, self._noting, self._raising])
