"""Who starts a task, what a second start does, how often it runs, and why it is safe."""

import asyncio
import contextlib
import logging
from typing import overload

from fastapi import FastAPI

POLL_SECONDS = 60


async def fetch(name: str = "list") -> None:
    print(await asyncio.to_thread(open, name))


class Poller:
    """Guarded, cleared and started once."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def _poll_loop(self) -> None:
        """Ask for the list again
        and again. Nobody minds.
        """
        while True:
            try:
                await fetch()
            except Exception:
                logging.exception("poll")
            await asyncio.sleep(POLL_SECONDS)

    def start(self) -> None:
        if self._task is not None:
            return
        self._task = asyncio.create_task(self._poll_loop())  # -> none
        # * purpose: Ask for the list again and again.
        # * started-by: `lifespan` calls `Poller.start`
        # * started-by: `lifespan=` runs `lifespan` at application startup
        # * instance shop.services.poller: `shop.services.poller` is created here
        # * second-start guarded: returns if `self._task is not None`
        # * cleared: `Poller.stop` sets the reference to None
        # * runs forever: it loops until it is cancelled
        # * interval 60: it waits `POLL_SECONDS` (60) seconds in each round
        # * catches continues: `except Exception` logs it, and the loop continues
        # * safe: `Poller._task` keeps it, `Poller.stop` cancels and awaits it at application shutdown, and its coroutine handles its own exceptions

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None


poller = Poller()


class Beat:
    """Guarded by a property, told to stop, and stopped under a condition."""

    def __init__(self, interval: float = 2.5) -> None:
        self._interval = interval
        self._runs = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _beat(self) -> None:
        while self._runs:
            await fetch("beat")
            await asyncio.sleep(self._interval)

    def begin(self) -> None:
        if not self.is_running:
            self._runs = True
            self._task = asyncio.create_task(self._beat())  # -> medium
            # * purpose: beat
            # * started-by: `lifespan` calls `Beat.begin`
            # * started-by: `lifespan=` runs `lifespan` at application startup
            # * instance app.state.beat: `app.state.beat` is created here
            # * second-start guarded: creates it only if `not self.is_running`
            # * runs loop: it loops while `self._runs`
            # * interval self._interval: it waits `self._interval` seconds (2.5 by default) in each round
            # * catches ends: the loop has no `except`: an exception ends it
            # * stop-condition settings.beats: `Beat.finish` stops it only if `settings.beats`

    async def finish(self, settings) -> None:
        if settings.beats:
            self._runs = False


class Refresher:
    """Restarted: the task before is cancelled first."""

    def __init__(self) -> None:
        self._refreshing: asyncio.Task[None] | None = None

    async def refresh_forever(self, seconds: int) -> None:
        try:
            while True:
                await fetch("fresh")
                await asyncio.sleep(seconds)
        except Exception as error:
            logging.error("refresh: %s", error)

    async def restart(self) -> None:
        await self.close()
        self._refreshing = asyncio.create_task(self.refresh_forever(5))  # -> none
        # * purpose: refresh forever
        # * second-start replaces: `Refresher.restart` first calls `Refresher.close`, which stops the task
        # * runs forever: it loops until it is cancelled or fails
        # * interval 5: it waits `seconds` (5) seconds in each round
        # * catches ends: `except Exception` is outside of the loop, which ends
        # * safe: `Refresher._refreshing` keeps it, `Refresher.close` cancels and awaits it, and its coroutine handles its own exceptions

    async def close(self) -> None:
        if self._refreshing:
            self._refreshing.cancel()
            await asyncio.wait([self._refreshing])


class Watcher:
    """Nothing guards a second call."""

    async def watch(self, stream) -> None:
        async for line in stream:
            print(line)

    def attach(self, stream) -> None:
        # Follow what the stream says.
        # noqa: this is no sentence
        self._watching = asyncio.create_task(self.watch(stream))  # -> low
        # * purpose: Follow what the stream says.
        # * started-by: `watch` calls `Watcher.attach`
        # * started-by: a request or a command runs `watch`
        # * second-start overwrites: nothing in `Watcher.attach` keeps a second call from overwriting the reference
        # * runs loop: it runs as long as `stream` has items


class Listener:
    """Guarded by a flag, but the guard waits."""

    def __init__(self) -> None:
        self._listening = False
        self._last: asyncio.Task[None] | None = None

    async def listen_once(self) -> None:
        await fetch("once")

    async def listen(self) -> None:
        if self._listening:
            raise RuntimeError("listening")
        await fetch("before")
        self._listening = True
        self._last = asyncio.ensure_future(self.listen_once())  # -> low
        # * purpose: listen once
        # * second-start guarded: raises if `self._listening`, but the function waits in between, where it can be called again
        # * runs once: it has no loop that waits


class Sender:
    """Its public method guards the private one, and its stop passes the task on."""

    def __init__(self) -> None:
        self._sends = False

    def _begin(self) -> None:
        self._sending = asyncio.create_task(fetch("sent"))  # -> low lost
        # * purpose: fetch
        # * started-by: `Sender.begin` calls `Sender._begin`
        # * second-start guarded: `Sender.begin` raises if `self._sends`
        # * runs once: it has no loop that waits

    def begin(self) -> None:
        if self._sends:
            raise RuntimeError("sending")
        self._sends = True
        self._begin()

    async def close(self) -> None:
        if self._sending:
            await stop_all(self._sending)


async def stop_all(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        if not task.done():
            task.cancel()
    await asyncio.wait(tasks)


class Retrying:
    async def _reconnectLoop(self) -> None:
        while True:
            try:
                await fetch("line")
            except OSError:
                await asyncio.sleep(3)

    async def __aenter__(self) -> "Retrying":
        self._retry_task = asyncio.create_task(self._reconnectLoop())  # -> low
        # * purpose: reconnect loop
        # * started-by: `use` enters a `Retrying`
        # * started-by: `main` calls `use`
        # * started-by: the module calls `main`
        # * runs forever: it loops until it is cancelled or fails
        # * catches ends: it has only `except OSError`: other exceptions end the loop
        return self

    async def __aexit__(self, *_: object) -> None:
        self._retry_task.cancel()


class Cleaning:
    """Its coroutine cleans up, but nobody waits for that."""

    async def _keep_open(self, session) -> None:
        try:
            await session.wait()
        except asyncio.CancelledError:
            await session.close()
            raise
        except Exception:
            logging.exception("session")

    def open(self, session) -> None:
        assert self._session_task is None
        self._session_task = asyncio.create_task(
            self._keep_open(session)
        )  # -> medium unawaited-cleanup
        # * purpose: keep open
        # * second-start guarded: fails unless `self._session_task is None`
        # * cleared: `Cleaning.close` sets the reference to None

    def close(self) -> None:
        task, self._session_task = self._session_task, None
        task.cancel()


async def use() -> None:
    async with Retrying():
        await fetch("used")


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    poller.start()
    app.state.beat = Beat()
    app.state.beat.begin()
    sweep = asyncio.create_task(fetch("sweep"))  # -> none
    # * purpose: fetch
    # * runs once: it has no loop that waits
    # * safe: `lifespan` awaits it before it returns, and its exception is seen there
    yield
    await sweep
    await poller.stop()


app = FastAPI(lifespan=lifespan)


@app.post("/watch")
async def watch(stream: asyncio.StreamReader) -> None:
    Watcher().attach(stream)
    asyncio.create_task(fetch("audit"))  # -> high dropped | lifetime: until-collected
    # * purpose: fetch
    # * started-by: a request or a command runs `watch`
    # * runs once: it has no loop that waits


class Reconnecting:
    """It catches one exception, and nobody sees others."""

    async def _try(self) -> None:
        try:
            await fetch("line")
        except OSError:
            logging.info("again")

    def begin(self) -> None:
        self._trying = asyncio.create_task(
            self._try()
        )  # -> low unstopped | failure: partly-handled
        # * purpose: try
        # * second-start overwrites: nothing in `Reconnecting.begin` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    def again(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._try())  # -> none | lifetime: caller
        # * purpose: try
        # * runs once: it has no loop that waits

    async def wait(self, names: list[str]) -> None:
        stopped = asyncio.Event()
        await asyncio.create_task(stopped.wait())  # -> none
        # * purpose: wait (stopped)
        # * safe: `Reconnecting.wait` awaits it in the statement that creates it, and its exception is seen there
        lines = [fetch(name) for name in names]
        lines.append(fetch("last"))
        await asyncio.gather(*lines, self._try())  # -> none | cancellation: propagates
        # * purpose: fetch, try
        # * safe: `Reconnecting.wait` awaits it in the statement that creates it, and its exception is seen there


def report(loop: asyncio.AbstractEventLoop) -> None:
    # Tell another thread.
    asyncio.run_coroutine_threadsafe(
        fetch("report"), loop
    )  # -> high dropped | failure: lost
    # * purpose: Tell another thread.
    # * runs once: it has no loop that waits


def take_notes(loop: asyncio.AbstractEventLoop) -> None:
    # Notes are taken by another thread.
    asyncio.run_coroutine_threadsafe(
        fetch("notes"), loop
    )  # -> high dropped | failure: lost
    # * purpose: Notes are taken by another thread.
    # * runs once: it has no loop that waits


def remind(loop: asyncio.AbstractEventLoop) -> None:
    # Note: the loop is that of the server.
    asyncio.run_coroutine_threadsafe(
        fetch("reminders"), loop
    )  # -> high dropped | failure: lost
    # * purpose: fetch
    # * runs once: it has no loop that waits


class Crowd:
    """What runs in a gather of its tasks is known from where they are stored."""

    def __init__(self) -> None:
        self._crowd: dict[str, asyncio.Task[None]] = {}

    def enter(self, name: str) -> None:
        self._crowd[name] = asyncio.create_task(fetch(name))  # -> none
        # * purpose: fetch
        # * runs once: it has no loop that waits
        # * safe: `Crowd._crowd` keeps it, `Crowd.close` awaits it, and its exception is seen there

    async def close(self) -> None:
        await asyncio.gather(*self._crowd.values())


async def main() -> None:
    await asyncio.gather(fetch("a"), fetch("b"))  # -> none
    # * purpose: fetch
    # * safe: `main` awaits it in the statement that creates it, and its exception is seen there
    await use()


if __name__ == "__main__":
    asyncio.run(main())


class Announcing:
    async def _announce(self, delays: list[float]) -> None:
        for delay in delays:
            await asyncio.sleep(delay)

    def greet(self, delays: list[float]) -> asyncio.Task[None]:
        return asyncio.create_task(self._announce(delays))  # -> none | lifetime: caller
        # * purpose: announce
        # * runs loop: it loops over `delays`


class Streaming:
    """Its loop ends with what it reads."""

    async def _drain(self, stream) -> None:
        try:
            while True:
                print(await anext(stream))
        except StopAsyncIteration:
            return

    async def drain(self, stream) -> None:
        await fetch("stream")
        draining = asyncio.create_task(self._drain(stream))  # -> none
        # * purpose: drain
        # * runs loop: it loops until `except StopAsyncIteration`
        # * safe: `Streaming.drain` awaits it before it returns, and its exception is seen there
        print("draining")
        await draining


class Feed:
    async def follow(self) -> None:
        raise NotImplementedError


class LocalFeed(Feed):
    """It is started where its base is, and not where another subclass is."""

    async def _read(self) -> None:
        await fetch("local")

    async def follow(self) -> None:
        self._reading = asyncio.create_task(self._read())  # -> low
        # * purpose: read (LocalFeed)
        # * started-by: `follow_all` calls `LocalFeed.follow`
        # * second-start overwrites: nothing in `LocalFeed.follow` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits


class RemoteFeed(Feed):
    """It has the method of its base."""


async def follow_all(feed: Feed) -> None:
    await feed.follow()


async def follow_remote(remote: RemoteFeed) -> None:
    await remote.follow()


class Beats:
    """What a round waits for is in two clauses, and what is caught is not known."""

    def __init__(self, client, expected: tuple[type[Exception], ...]) -> None:
        self._client = client
        self._expected = expected

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._beat()),  # -> medium endless
            # * purpose: beat
            # * second-start overwrites: nothing in `Beats.start` keeps a second call from overwriting the reference
            # * runs forever: it loops until it is stopped
            asyncio.create_task(self._poll()),  # -> medium endless
            # * purpose: poll
            # * second-start overwrites: nothing in `Beats.start` keeps a second call from overwriting the reference
            # * runs forever: it loops until it is cancelled
        ]

    async def _beat(self) -> None:
        while True:
            try:
                self._client.check()
            except Exception:
                print("unchecked")
            try:
                await self._client.ping()
            except OSError:
                self._client.reset()

    async def _poll(self) -> None:
        try:
            while True:
                try:
                    await self._client.poll()
                except self._expected:
                    print("again")
        except Exception as error:
            print(error)

    def serve(self) -> None:
        self._served = asyncio.create_task(self._serve())  # -> low unawaited
        # * purpose: serve (Beats)
        # * second-start overwrites: nothing in `Beats.serve` keeps a second call from overwriting the reference

    async def _serve(self) -> None:
        await self._client.handle()

    def close(self) -> None:
        """What it waits for is not known, so neither is how long."""
        self._served.cancel()


class Worker:
    """Its flag is set at once, and nothing here starts it."""

    def __init__(self) -> None:
        self._running = False

    async def work(self) -> None:
        await fetch("work")

    async def start(self) -> None:
        if self._running:
            return
        self._running = True
        await fetch("first")
        self._working = asyncio.create_task(self.work())  # -> low unstopped
        # * purpose: work (Worker)
        # * second-start guarded: returns if `self._running`
        # * runs once: it has no loop that waits


def run_with(worker: Worker) -> None:
    setattr(Worker, "start_slowly", Worker.start)


former_start = Worker.start


async def schedule(precondition=None) -> None:
    if precondition is not None:
        _preconditions.add(asyncio.create_task(precondition.wait()))  # -> low unstopped
        # * purpose: wait (precondition)
        # * started-by: `schedule_later` calls `schedule`


_preconditions: set[asyncio.Task[None]] = set()


async def schedule_now() -> None:
    await schedule()


async def schedule_later(precondition) -> None:
    await schedule(precondition=precondition)


class Cleaner:
    """Part of a condition is about something else, and its loop ends as soon as something succeeds."""

    def __init__(self, settings) -> None:
        self._settings = settings

    async def _clean(self, over: asyncio.Event) -> None:
        while True:
            if await self._settings.load():
                over.set()
                return
            await asyncio.sleep(0.5)

    def start(self, over: asyncio.Event) -> None:
        self._task = asyncio.create_task(self._clean(over))  # -> none
        # * purpose: clean
        # * second-start overwrites: nothing in `Cleaner.start` keeps a second call from overwriting the reference
        # * stop-condition self._settings.grace is not None: `Cleaner.close` stops it only if `self._settings.grace is not None`

    async def close(self) -> None:
        if not self._task.done() and self._settings.grace is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


class Rounds:
    """What an exception does to a loop, where the handler does not say that by itself."""

    def start(self) -> None:
        self._seldom = asyncio.create_task(self._log_seldom())  # -> low unawaited
        # * purpose: log seldom
        # * second-start overwrites: nothing in `Rounds.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is cancelled
        # * interval 1: it waits 1 seconds in each round
        # * catches continues: `except Exception` handles it, and the loop continues

        self._noting = asyncio.create_task(self._note())  # -> low unawaited
        # * purpose: note
        # * second-start overwrites: nothing in `Rounds.start` keeps a second call from overwriting the reference
        # * runs loop: it loops until a `break` or `return` in the loop
        # * interval 1: it waits 1 seconds in each round

        self._reloading = asyncio.create_task(self._reload())  # -> low unawaited
        # * purpose: reload
        # * second-start overwrites: nothing in `Rounds.start` keeps a second call from overwriting the reference
        # * runs forever: it loops until it is stopped
        # * interval 1: it waits 1 seconds in each round

    async def _log_seldom(self) -> None:
        failures = 0
        while True:
            try:
                await fetch("seldom")
            except Exception:
                failures += 1
                if failures == 5:
                    logging.exception("failed five times")
            await asyncio.sleep(1)

    async def _note(self) -> None:
        while True:
            try:
                await fetch("note")
            except Exception as error:
                self._failure = error
            if self._failure is not None:
                break
            await asyncio.sleep(1)

    async def _reload(self) -> None:
        while True:
            await fetch("settings")
            try:
                await fetch("reload")
            except Exception:
                logging.exception("cannot reload")
            await asyncio.sleep(1)

    def close(self) -> None:
        for task in (self._seldom, self._noting, self._reloading):
            task.cancel()


class Session:
    """A block with `async` enters it by the other method."""

    def __enter__(self) -> "Session":
        self._task = asyncio.create_task(fetch("session"))  # -> low lost
        # * purpose: fetch
        # * started-by: `hold_session` enters a `Session`
        # * runs once: it has no loop that waits
        return self

    def __exit__(self, *_: object) -> None:
        self._task.cancel()

    async def __aenter__(self) -> "Session":
        return self

    async def __aexit__(self, *_: object) -> None:
        print("closed")


def hold_session() -> None:
    with Session():
        print("held")


async def await_session() -> None:
    async with Session():
        print("held")


class Choice:
    """What a caller gives decides whether it makes a task."""

    def begin(self, name: str, later: bool | None) -> None:
        if later:
            self._task = asyncio.create_task(fetch(name))  # -> low lost
            # * purpose: fetch
            # * started-by: `begin_later` calls `Choice.begin`
            # * runs once: it has no loop that waits
        elif later is not None:
            print(name)

    def end(self) -> None:
        self._task.cancel()


def begin_now() -> None:
    Choice().begin("now", False)


def begin_never() -> None:
    Choice().begin("never", later=None)


def begin_later() -> None:
    Choice().begin("later", True)


class Plain:
    def launch(self) -> None:
        self._task = asyncio.create_task(fetch("plain"))  # -> low lost
        # * purpose: fetch
        # * started-by: `Leaf.launch` calls `Plain.launch`
        # * second-start overwrites: nothing in `Plain.launch` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    def close(self) -> None:
        self._task.cancel()


class Middle(Plain):
    def launch(self) -> None:
        self._other = asyncio.create_task(fetch("middle"))  # -> low lost
        # * purpose: fetch
        # * second-start overwrites: nothing in `Middle.launch` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    def close(self) -> None:
        self._other.cancel()


class Leaf(Middle):
    """It leaves out what its base does."""

    def launch(self) -> None:
        super(Middle, self).launch()


_fetching: set[asyncio.Task[None]] = set()


@overload
def fetch_later(name: str) -> None: ...


@overload
def fetch_later(name: None) -> None: ...


def fetch_later(name: str | None) -> None:
    task = asyncio.create_task(fetch(name or "nothing"))  # -> none
    # * purpose: fetch
    # * started-by: `relay` calls `fetch_later`
    # * runs once: it has no loop that waits
    _fetching.add(task)
    task.add_done_callback(_fetching.discard)


class Routes:
    """A copy with one more task overwrites nothing."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def add(self, name: str) -> None:
        task = asyncio.create_task(fetch(name))  # -> low lost
        # * purpose: fetch
        # * runs once: it has no loop that waits
        self._tasks = {**self._tasks, name: task}

    def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()


def start_brief(coro) -> asyncio.Task[None]:
    """Starts the task of a shorter file."""
    task = asyncio.create_task(coro)  # -> none
    # * started-by: `start` calls `start_brief`
    task.add_done_callback(print)
    return task


class Ticker:
    """The one that its own module makes as an example is not the only one."""

    def start(self) -> None:
        self._task = asyncio.create_task(
            fetch("tick")
        )  # -> medium uncalled | lifetime: object
        # * purpose: fetch
        # * started-by: the module calls `Ticker.start`
        # * second-start overwrites: nothing in `Ticker.start` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    def close(self) -> None:
        self._task.cancel()


class Signalled:
    def stop_later(self) -> None:
        self._stopping = asyncio.create_task(fetch("stop"))  # -> none
        # * purpose: fetch
        # * started-by: `Signalled.listen` refers to `Signalled.stop_later`
        # * runs once: it has no loop that waits

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_signal_handler(15, lambda: self.stop_later())


if __name__ == "__main__":
    ticker = Ticker()
    ticker.start()
