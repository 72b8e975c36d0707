"""How often coroutines do their work, and what an exception does to their loops."""

import asyncio
import logging

log = logging.getLogger(__name__)


async def ticks():
    while True:
        await asyncio.sleep(5)
        yield 1


async def pages(count: int):
    for number in range(count):
        await asyncio.sleep(5)
        yield number


class Board:
    """What it iterates over is written here, too."""

    def start(self) -> None:
        self._ticking = asyncio.create_task(self._tick())  # -> low unstopped
        # * purpose: tick
        # * second-start overwrites: nothing in `Board.start` keeps a second call from overwriting the reference
        # * runs forever: `ticks()` never ends by itself

        self._paging = asyncio.create_task(self._page())  # -> low unstopped
        # * purpose: page
        # * second-start overwrites: nothing in `Board.start` keeps a second call from overwriting the reference
        # * runs loop: it runs as long as `pages(3)` has items

        self._listing = asyncio.create_task(self._list())  # -> low unstopped
        # * purpose: list
        # * second-start overwrites: nothing in `Board.start` keeps a second call from overwriting the reference
        # * runs loop: it runs as long as `pages(3)` has items

    async def _tick(self) -> None:
        async for tick in ticks():
            log.info("%s", tick)

    async def _page(self) -> None:
        async for page in pages(3):
            log.info("%s", page)

    async def _list(self) -> list[int]:
        return [page async for page in pages(3)]


class Sender:
    """What its loop awaits catches exceptions."""

    def __init__(self, session) -> None:
        self._session = session

    def start(self) -> None:
        self._sending = asyncio.create_task(self._send_all())  # -> medium unstopped
        # * purpose: send all
        # * second-start overwrites: nothing in `Sender.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is stopped
        # * interval 5: it waits 5 seconds in each round

    async def _send_all(self) -> None:
        while True:
            await asyncio.sleep(5)
            await self._send()

    async def _send(self) -> None:
        batch = self._session.batch()
        try:
            await self._session.post(batch)
        except Exception:
            log.exception("cannot send")


async def limited(work, limit: float | None) -> None:
    if limit is not None and limit > 0:
        task = asyncio.ensure_future(work)  # -> none
        try:
            await asyncio.sleep(limit)
        finally:
            task.cancel()
            await asyncio.wait([task])


class Connector:
    """What is waited before the loop ends is no interval."""

    def __init__(self, client) -> None:
        self._client = client
        self._connecting: asyncio.Task[None] | None = None

    def connect(self) -> None:
        self._connecting = asyncio.create_task(self._connect())  # -> low unstopped
        # * purpose: connect (Connector)
        # * second-start overwrites: nothing in `Connector.connect` keeps a second call from overwriting the reference

    async def _connect(self) -> None:
        delay = 1
        while True:
            try:
                await self._client.open()
                await asyncio.sleep(0.5)
                return
            except Exception:
                log.exception("cannot connect")
                delay *= 2


class Writer:
    """A wait through a shield, in the call that makes the task, does not end it for an object that keeps it."""

    def __init__(self) -> None:
        self._sending: set[asyncio.Task[None]] = set()

    async def write(self, send) -> None:
        task = asyncio.create_task(send())  # -> none | stop: unknown | lifetime: object
        # *
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        await asyncio.shield(task)


class Pinger:
    """A pause for an event ends with an exception, after which the loop goes round."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()
        self._pinging: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._pinging = asyncio.create_task(self._ping())  # -> none
        # * purpose: ping
        # * second-start overwrites: nothing in `Pinger.start` keeps a second call from overwriting the reference
        # * runs loop: it loops until a `break` or `return` in the loop
        # * interval 5: it waits 5 seconds in each round
        # * safe: `Pinger._pinging` keeps it, `Pinger.stop` tells it to stop, and its coroutine handles its own exceptions

    def stop(self) -> None:
        self._stopped.set()

    async def _ping(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._stopped.wait(), 5)
            except asyncio.TimeoutError:
                pass
            else:
                break
            log.info("ping")
