"""What runs the loop cancels all of its tasks at the end."""

import asyncio

import aiohttp.web


async def tick() -> None:
    while True:
        await asyncio.sleep(5)


class Server:
    """A library runs the loop that it is given."""

    def __init__(self) -> None:
        self._own = asyncio.new_event_loop()

    def run(self) -> None:
        self._own.create_task(tick())  # -> high dropped | stop: unknown
        self._ticking = self._own.create_task(tick())  # -> none | stop: unknown
        aiohttp.web.run_app(aiohttp.web.Application(), loop=self._own)


def serve() -> None:
    with asyncio.Runner() as runner:
        runner.get_loop().create_task(tick())  # -> high dropped | stop: unknown
        runner.run(work())


async def work() -> None:
    asyncio.create_task(tick())  # -> high dropped | stop: unknown
    await asyncio.sleep(9)


async def forget() -> None:
    asyncio.create_task(tick())  # -> high dropped | stop: nothing
    await asyncio.sleep(9)


class Latch:
    """It waits once for an event, which its end sets."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._opened = asyncio.Event()

    def start(self) -> None:
        self._waiting = asyncio.create_task(self._wait())  # -> none | stop: unknown
        self._opening = asyncio.create_task(
            self._open()
        )  # -> low unstopped | stop: nothing

    async def _wait(self) -> None:
        await self._ended.wait()
        print("over")

    async def _open(self) -> None:
        await self._opened.wait()
        print(await asyncio.to_thread(open, "latch"))

    def open(self) -> None:
        self._opened.set()

    async def stop(self) -> None:
        self._ended.set()


asyncio.run(work())
