"""How often coroutines do their work, and what an exception does to their loops."""

import asyncio
import logging
import sys

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
        # * interval 5: it waits at most 5 seconds in each round

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


class Reader:
    """The loop is in what it awaits."""

    def __init__(self, stream, client) -> None:
        self._stream = stream
        self._client = client

    def start(self) -> None:
        self._reading = asyncio.create_task(self._read())  # -> low unstopped
        # * purpose: read (Reader)
        # * second-start overwrites: nothing in `Reader.start` keeps a second call from overwriting the reference
        # * runs loop: it runs as long as `self._stream` has items

        self._sending = asyncio.create_task(self._send())  # -> low unstopped
        # * purpose: send (Reader)
        # * second-start overwrites: nothing in `Reader.start` keeps a second call from overwriting the reference

    async def _read(self) -> None:
        await self._read_all()

    async def _read_all(self) -> None:
        async for message in self._stream:
            log.info("%s", message)

    async def _send(self) -> None:
        await self._try_to_send()
        log.info("sent")

    async def _try_to_send(self) -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            self._client.send()


class Watchdog:
    """It leaves its loop with the program."""

    def __init__(self, client) -> None:
        self._client = client

    def start(self) -> None:
        self._watching = asyncio.create_task(self._watch())  # -> medium lost-worker
        # * purpose: watch
        # * second-start overwrites: nothing in `Watchdog.start` keeps a second call from overwriting the reference
        # * runs loop: it loops until it exits the program
        # * interval 5: it waits 5 seconds in each round
        # * catches ends: the loop has no `except`: an exception ends it

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(5)
            if not self._client.connected:
                sys.exit(1)


class Retrier:
    """One of its pauses is a task."""

    def __init__(self, client) -> None:
        self._client = client

    def start(self) -> None:
        self._retrying = asyncio.create_task(self._retry())  # -> medium endless
        # * purpose: retry
        # * second-start overwrites: nothing in `Retrier.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is cancelled or fails
        # * catches ends: the loop has no `except`: an exception ends it

        self._polling = asyncio.create_task(self._poll())  # -> medium endless
        # * purpose: poll
        # * second-start overwrites: nothing in `Retrier.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is cancelled or fails
        # * interval 60: it waits 60 seconds in each round
        # * catches ends: `except ConnectionError` is outside of the loop: an exception ends it

    async def _retry(self) -> None:
        while True:
            self._client.prepare()
            await asyncio.sleep(0.5)
            pause = asyncio.create_task(asyncio.sleep(60))  # -> none
            # * purpose: sleep
            # * safe: `Retrier._retry` awaits it before it returns, and its exception is seen there
            await pause

    async def _poll(self) -> None:
        try:
            while True:
                self._client.poll()
                pause = asyncio.create_task(asyncio.sleep(60))  # -> none
                # * purpose: sleep
                # * safe: `Retrier._poll` awaits it before it returns, and its exception is seen there
                await pause
        except ConnectionError:
            log.info("no connection")


class Strict:
    """Each of its clauses leaves the loop; a comment in a condition is not part of it."""

    def __init__(self, client) -> None:
        self._client = client
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if (
            self._task is not None  # started
        ):
            return
        self._task = asyncio.create_task(self._consume())  # -> low late
        # * purpose: consume
        # * second-start guarded: returns if `self._task is not None`
        # * cleared: its coroutine sets the reference to None
        # * runs forever: it loops until it is cancelled or fails
        # * catches ends: each `except` in the loop leaves it: an exception ends it

    async def _consume(self) -> None:
        while True:
            try:
                await self._client.receive()
            except ValueError as error:
                self._task = None
                raise RuntimeError from error

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await self._task


class Given:
    """What it is given to call may run for good."""

    def __init__(self, wait) -> None:
        self._task = asyncio.create_task(self._wait(wait))  # -> low unawaited
        # * purpose: wait (Given)

    async def _wait(self, wait) -> None:
        await wait()
        raise SystemExit

    def close(self) -> None:
        self._task.cancel()


class Station:
    """It pauses before each try and, on some, behind it."""

    startup = 30

    def __init__(self, client) -> None:
        self._client = client

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())  # -> medium
        # * purpose: run (Station)
        # * second-start overwrites: nothing in `Station.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is cancelled or fails
        # * catches ends: its only `except` is for the cancellation: an exception ends it

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.sleep(self.startup)
                await self._client.connect()
            except asyncio.CancelledError:
                log.info("cancelled")
                break
            finally:
                if self._client.failed:
                    await asyncio.sleep(2)

    def close(self) -> None:
        self._running.cancel()


class Sampler:
    """A pause for each of the things of a round adds to that of the round."""

    def __init__(self, client) -> None:
        self._client = client

    def start(self) -> None:
        self._sampling = asyncio.create_task(self._sample())  # -> low unawaited
        # * purpose: sample
        # * second-start overwrites: nothing in `Sampler.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is cancelled or fails
        # * catches ends: the loop has no `except`: an exception ends it

    async def _sample(self) -> None:
        while True:
            for sensor in self._client.sensors:
                await sensor.read()
                await asyncio.sleep(1)
            await asyncio.sleep(60)

    def close(self) -> None:
        self._sampling.cancel()


class Firing:
    """A loop in one of several branches is not how often it works."""

    def __init__(self, handler) -> None:
        self._handler = handler

    def click(self) -> None:
        self._task = asyncio.create_task(self._fire())  # -> low lost
        # * purpose: fire
        # * second-start overwrites: nothing in `Firing.click` keeps a second call from overwriting the reference

    async def _fire(self) -> None:
        if self._handler is None:
            print("nothing to do")
        elif callable(self._handler):
            async for item in self._handler():
                await asyncio.sleep(0)
                print(item)
        else:
            await asyncio.sleep(1)


class Forwarding:
    """A loop in a branch of a round does not change how often it works."""

    def __init__(self, stream) -> None:
        self._task = asyncio.create_task(self._forward(stream))  # -> low lost
        # * purpose: forward
        # * runs loop: it runs as long as `stream` has items

    async def _forward(self, stream) -> None:
        async for group in stream:
            if group.is_whole:
                print(await asyncio.to_thread(open, group.name))
            else:
                for part in group.parts:
                    print(await asyncio.to_thread(open, part.name))


class Till:
    """A loop that only clears away at the end is not its work."""

    def __init__(self, orders) -> None:
        self._orders = orders

    def start(self) -> None:
        self._selling = asyncio.create_task(self._sell())  # -> low
        # * purpose: sell
        # * second-start overwrites: nothing in `Till.start` keeps a second call from overwriting the reference

    async def _sell(self) -> None:
        try:
            await self._orders.sell()
        finally:
            while not self._orders.empty():
                order = await self._orders.get()
                order.cancel()
