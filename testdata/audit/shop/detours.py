"""Ways on which a task is neither started nor stopped, beside those on which it is."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from shop.seeming import Reply

Item = TypeVar("Item")


async def scan(name: str) -> None:
    print(await asyncio.to_thread(open, name))


class Till:
    """Its start stops the first task where one runs."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._opened = False

    def open(self) -> None:
        if not self._opened:
            self._task = asyncio.create_task(scan("till"))  # -> low lost
            # * purpose: scan
            # * second-start replaces: `Till.open` then calls `Till._reopen`, which stops the task
            # * runs once: it has no loop that waits
            self._opened = True
        else:
            self._reopen()

    def _reopen(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(scan("till"))  # -> low lost
        # * purpose: scan
        # * started-by: `Till.open` calls `Till._reopen`
        # * second-start replaces: `Till._reopen` cancels the task before it creates the next
        # * runs once: it has no loop that waits

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()


class Switch:
    """Its start ends the task where one runs, and makes no other."""

    def __init__(self) -> None:
        self._light: asyncio.Task[None] | None = None

    def toggle(self) -> None:
        if self._light is not None:
            self._light.cancel()
            self._light = None
            return
        self._light = asyncio.create_task(scan("light"))  # -> low unawaited
        # * purpose: scan
        # * cleared: `Switch.toggle` sets the reference to None
        # * runs once: it has no loop that waits


class Shelf:
    """It lets go of the task in two ways, of which one stops it."""

    def __init__(self) -> None:
        self._sorting: asyncio.Task[None] | None = None

    def fill(self) -> None:
        self._sorting = asyncio.create_task(scan("shelf"))  # -> none
        # * purpose: scan
        # * second-start overwrites: nothing in `Shelf.fill` keeps a second call from overwriting the reference
        # * cleared: `Shelf.close` sets the reference to None
        # * runs once: it has no loop that waits

    async def close(self, gone: bool) -> None:
        if gone:
            self._sorting = None
            return
        if self._sorting is not None:
            self._sorting.cancel()
            await asyncio.wait([self._sorting])
            self._sorting = None


class Scale:
    """The whole condition decides whether it is stopped."""

    def __init__(self, settings) -> None:
        self._settings = settings

    def weigh(self) -> None:
        self._weighing = asyncio.create_task(scan("scale"))  # -> low lost
        # * purpose: scan
        # * second-start overwrites: nothing in `Scale.weigh` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits
        # * stop-condition self._settings.strict and (load := self._settings.load()) is not None and (load.is_heavy or load.is_wide): `Scale.close` stops it only if `self._settings.strict and (load := self._settings.load()) is not None and (load.is_heavy or load.is_wide)`

    def close(self) -> None:
        if (
            self._settings.strict
            # Not as it is filled.
            and (load := self._settings.load()) is not None
            and (load.is_heavy or load.is_wide)
        ):
            self._weighing.cancel()


class Cart:
    """It is stopped under one of two conditions."""

    def push(self) -> None:
        self._pushing = asyncio.create_task(scan("cart"))  # -> low lost
        # * purpose: scan
        # * second-start overwrites: nothing in `Cart.push` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    def close(self, settings) -> None:
        if settings.stops:
            self._pushing.cancel()
            return
        try:
            settings.load()
        except OSError:
            self._pushing.cancel()


class Lane:
    async def open(self) -> None:
        await self._prepare()

    async def _prepare(self) -> None:
        await scan("lane")

    async def leave(self) -> None:
        await scan("lane")


class FastLane(Lane):
    """Objects that are exactly of its base run none of its methods."""

    async def _prepare(self) -> None:
        self._fast = asyncio.create_task(scan("fast"))  # -> low lost
        # * purpose: scan
        # * started-by: `Lane.open` calls `FastLane._prepare`
        # * second-start overwrites: nothing in `FastLane._prepare` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    async def leave(self) -> None:
        asyncio.create_task(scan("left"))  # -> high dropped
        # * purpose: scan
        # * started-by: `use_any_lane` calls `FastLane.leave`
        # * runs once: it has no loop that waits


def make_lane() -> Lane:
    return Lane()


async def use_lanes() -> None:
    lane = Lane()
    await lane.open()
    made = make_lane()
    await made.leave()


async def use_any_lane(lane: Lane) -> None:
    await lane.leave()


class Gate:
    """Where it runs, the next start replaces it or leaves it alone."""

    def __init__(self) -> None:
        self._swing: asyncio.Task[None] | None = None

    def swing(self, is_busy: bool) -> None:
        if self._swing is not None:
            if is_busy:
                return
            self._swing.cancel()
        self._swing = asyncio.create_task(scan("gate"))  # -> low lost
        # * purpose: scan
        # * runs once: it has no loop that waits

    def close(self) -> None:
        if self._swing is not None and not self._swing.done():
            self._swing.cancel()


class Printer(Protocol):
    def print_later(self, name: str) -> None: ...

    async def empty(self) -> None: ...


class InkPrinter:
    """Who has one as a protocol calls its methods."""

    def print_later(self, name: str) -> None:
        self._printing = asyncio.create_task(
            scan(name)
        )  # -> none | stopped_by: `InkPrinter.empty` cancels it; `InkPrinter.empty` then waits for it, without a timeout; `Desk.keep` registers `InkPrinter.empty`
        # * purpose: scan
        # * started-by: `Desk.write` calls `InkPrinter.print_later`
        # * second-start overwrites: nothing in `InkPrinter.print_later` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    async def empty(self) -> None:
        self._printing.cancel()
        await asyncio.wait([self._printing])


class Desk:
    def __init__(self, printer: Printer, stack: contextlib.AsyncExitStack) -> None:
        self._printer = printer
        self._stack = stack

    def write(self) -> None:
        self._printer.print_later("desk")

    def keep(self) -> None:
        self._stack.push_async_callback(self._printer.empty)


class Bag(contextlib.AbstractAsyncContextManager):
    """An object of an abstract type may be of any class."""

    def fill(self) -> None:
        self._filling = asyncio.create_task(
            scan("bag")
        )  # -> low lost | stopped_by: `Bag.__aexit__` cancels it; `Bag.__aexit__` then waits for it, without a timeout
        # * purpose: scan
        # * second-start overwrites: nothing in `Bag.fill` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits

    async def __aexit__(self, *_) -> None:
        self._filling.cancel()
        await asyncio.wait([self._filling])


class Timed:
    def __init__(self, inner: contextlib.AbstractAsyncContextManager[None]) -> None:
        self._inner = inner

    async def __aexit__(self, *_) -> None:
        await self._inner.__aexit__(*_)


class Belt:
    """Its workers end with its event, and are cancelled only if they are slow."""

    def __init__(self) -> None:
        self.stopper = asyncio.Event()
        self.task = asyncio.create_task(run_belt(self.stopper))  # -> medium lost
        # * purpose: run belt
        # * runs loop: it loops while `not stopper.is_set()`
        # * catches ends: the loop has no `except`: an exception ends it


async def run_belt(stopper: asyncio.Event) -> None:
    while not stopper.is_set():
        print(await scan("belt"))


async def stop_belt(belt: Belt, timeout: float | None) -> None:
    belt.stopper.set()
    if timeout is not None:
        belt.task.cancel()
    await asyncio.wait([belt.task])


class Pending(Generic[Item]):
    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[Item]] = {}

    def get(self, key: str, work: Coroutine[None, None, Item]) -> None:
        self._tasks[key] = asyncio.create_task(work)  # -> low unstopped


@dataclass
class Request:
    reply: Reply[dict[str, str]]


async def name_of(request: Request) -> str | None:
    values = await request.reply
    return values.get("name")


class Saver:
    """What its pause catches is no exception of a round."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._stop = asyncio.Event()

    async def _save(self) -> None:
        while not self._stop.is_set():
            try:
                await asyncio.wait_for(self._stop.wait(), timeout=5)
            except asyncio.TimeoutError:
                pass
            await scan("till")

    def start(self) -> None:
        self._saving = asyncio.create_task(self._save())  # -> low unstopped
        # * purpose: save
        # * second-start overwrites: nothing in `Saver.start` keeps a second call from overwriting the reference
        # * runs loop: it loops while `not self._stop.is_set()`
        # * interval 5: it waits at most 5 seconds in each round
        # * catches ends: only its pause has an `except`: other exceptions end the loop


class Line:
    """It ends its retry only where there is no connection to close."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._retry: asyncio.Task[None] | None = None

    async def _dial(self) -> None:
        await asyncio.to_thread(print, "dial")

    def start(self) -> None:
        self._retry = asyncio.create_task(self._dial())  # -> low lost
        # * purpose: dial
        # * second-start overwrites: nothing in `Line.start` keeps a second call from overwriting the reference
        # * runs once: it has no loop that waits
        # * stop-condition not (self._transport is not None): `Line.close` stops it only unless `self._transport is not None`

    async def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
        elif self._retry is not None:
            self._retry.cancel()
            await asyncio.wait({self._retry})


class Post:
    """It is closed only once, but whoever has it may end a task, too."""

    def __init__(self) -> None:
        self.is_open = True
        self.rounds: dict[str, asyncio.Task[None]] = {}

    def start(self, street: str) -> None:
        self.rounds[street] = asyncio.create_task(self._deliver(street))  # -> none
        # * purpose: deliver
        # * runs once: it has no loop that waits
        # * safe: `Post.rounds` keeps it, `Post.close` cancels it, and its coroutine handles its own exceptions

    async def close(self) -> None:
        if self.is_open:
            self.is_open = False
            for street in list(self.rounds):
                self.rounds.pop(street).cancel()

    async def _deliver(self, street: str) -> None:
        await asyncio.sleep(len(street))


class Resident:
    def __init__(self, post) -> None:
        self._post = post

    def refuse(self, street: str) -> None:
        task = self._post.rounds.get(street)
        if task is not None:
            task.cancel()


async def deliver_all(streets: list[str]) -> None:
    deliveries = []
    for street in streets:
        deliveries.append(asyncio.create_task(asyncio.sleep(len(street))))  # -> none
        # * purpose: sleep
    if len(deliveries):
        _, late = await asyncio.wait(deliveries, timeout=5)
        for delivery in late:
            delivery.cancel()


class Batches:
    """What a part of a round catches does not reach the clause around the loop."""

    def __init__(self, streams) -> None:
        self._streams = streams
        self._closed = False

    def start(self) -> None:
        self._sending = asyncio.create_task(self._send())  # -> low unstopped
        # * purpose: send (Batches)
        # * second-start overwrites: nothing in `Batches.start` keeps a second call from overwriting the reference
        # * runs loop: it loops while `not self._closed`
        # * interval 0.5: it waits 0.5 seconds in each round

    async def _send(self) -> None:
        try:
            while not self._closed:
                await asyncio.sleep(0.5)
                for stream in self._streams:
                    try:
                        await stream.flush()
                    except BaseException:
                        print("cannot flush")
        except Exception:
            print("cannot send")
