"""Who closes an object, which of several tasks is meant, and what only looks like a task's end."""

import asyncio
import logging


async def read(stream) -> None:
    while True:
        try:
            print(await stream.readline())
        except Exception:
            logging.exception("read")


async def connect(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


class Wire:
    """It is closed by its users, and by itself after an error."""

    def start(self, stream) -> None:
        self._reader = asyncio.create_task(read(stream))  # -> none

    async def greet(self, stream) -> None:
        if not await stream.greet():
            await self.close()
            raise ConnectionError("no greeting")
        if not await stream.agree():
            await self.close()

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])


class Stream:
    def __init__(self) -> None:
        self._attempt: asyncio.Task[bool] | None = None

    def connect(self, host: str) -> None:
        self._attempt = asyncio.create_task(connect(host))  # -> low unawaited | failure: lost

    async def connect_now(self, host: str) -> None:
        self._attempt = asyncio.create_task(connect(host))  # -> none | failure: awaited
        await self._attempt

    def cancel_attempt(self) -> None:
        if self._attempt:
            self._attempt.cancel()

    def disconnect(self) -> None:
        self.cancel_attempt()


class Features:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def refuse(self) -> None:
        self._stream.disconnect()


class Commands:
    def __init__(self, client) -> None:
        client.register_handler("execute", self._on_execute)

    def start(self) -> None:
        self._timeout = asyncio.create_task(
            connect("slow")
        )  # -> low unstopped | stopped_by: only an event: `Commands._on_execute` cancels it

    def _on_execute(self, command) -> None:
        self._timeout.cancel()


class Reconnecting:
    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def _reconnect(self) -> None:
        try:
            while True:
                await connect("again")
        finally:
            self._over.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._reconnect())  # -> medium lost-worker

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait_for(self._over.wait(), 5)


class Trying:
    async def _try(self) -> None:
        while True:
            if await connect("again"):
                break
            await asyncio.sleep(1)

    async def _try_again(self) -> None:
        while True:
            try:
                await connect("again")
                break
            except OSError:
                await asyncio.sleep(1)

    def start(self) -> None:
        self._one = asyncio.create_task(self._try())  # -> low lost
        self._two = asyncio.create_task(self._try_again())  # -> low unstopped

    async def close(self) -> None:
        self._one.cancel()
        await asyncio.wait([self._one])


class Events:
    def _dispatch(self, event: str) -> asyncio.Task[bool]:
        handler = getattr(self, event)
        return asyncio.create_task(handler())  # -> none

    def opened(self, event: str) -> None:
        self._opened = self._dispatch(event)  # -> low unstopped | coroutine: handler
