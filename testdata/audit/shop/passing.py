"""Waits and cancellations in passing, which are not the end of a task."""

import asyncio
from collections.abc import AsyncIterator


async def pack(name: str) -> str:
    return await asyncio.to_thread(str.upper, name)


async def first_of_two(name: str, closed: asyncio.Task[None]) -> str:
    """Whoever cancels it as it waits for the first leaves the task running."""
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: unknown
    await asyncio.wait({packing, closed}, return_when=asyncio.FIRST_COMPLETED)
    if closed.done():
        packing.cancel()
    return await packing


async def first_of_two_or_none(name: str, closed: asyncio.Task[None]) -> str:
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: call
    try:
        await asyncio.wait({packing, closed}, return_when=asyncio.FIRST_COMPLETED)
        return await packing
    finally:
        packing.cancel()


async def pages(name: str) -> AsyncIterator[str]:
    """Whoever closes it at its `yield` leaves the task running."""
    packing = asyncio.create_task(
        pack(name)
    )  # -> none | lifetime: unknown | stop: unknown
    yield name
    print(await packing)


async def sheltered_pages(name: str) -> AsyncIterator[str]:
    packing = asyncio.create_task(
        pack(name)
    )  # -> none | lifetime: unknown | stop: unknown
    yield name
    print(await asyncio.shield(packing))


async def closed_pages(name: str) -> AsyncIterator[str]:
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: call | stop: found
    try:
        yield name
    finally:
        print(await packing)


async def late_guard(name: str) -> None:
    """What it waits for before the `try` may fail."""
    packing = asyncio.create_task(pack(name))  # -> low | lifetime: unknown
    await pack("before")
    try:
        await pack("after")
    finally:
        packing.cancel()
        await asyncio.wait([packing])


class Counted:
    """A method that the task itself may run cancels it on the way."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    async def run(self, desk) -> None:
        while await desk.serve(self):
            await asyncio.sleep(1)

    def send(self, text: str) -> None:
        print(text)
        if self.limit == len(text):
            self.task.cancel()

    def count(self, desk) -> None:
        self.task = asyncio.create_task(
            self.run(desk)
        )  # -> medium lost-worker | stop: unknown


class Sealed:
    """The method that cancels it is only called where the task is over."""

    def __init__(self) -> None:
        self._sealing: asyncio.Task[str] | None = None

    def seal(self, name: str) -> None:
        self._sealing = asyncio.create_task(pack(name))  # -> none | stop: unknown

    def _break(self) -> None:
        if self._sealing and not self._sealing.done():
            self._sealing.cancel()

    def close(self) -> None:
        if (not self._sealing) or self._sealing.done():
            self._break()


async def ended_pages(name: str) -> AsyncIterator[str]:
    """A function in it ends the task however it is left."""
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: call

    async def end() -> None:
        packing.cancel()
        await asyncio.wait([packing])

    try:
        yield name
    finally:
        await end()


async def first_until_cancelled(name: str, closed: asyncio.Task[None]) -> None:
    """What catches its cancellation goes on to end the task."""
    packing = asyncio.create_task(pack(name))  # -> low | lifetime: call
    try:
        await asyncio.wait({packing, closed}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        print("cancelled")
    packing.cancel()


class Crate:
    def load(self) -> None:
        self._loading = asyncio.create_task(
            pack("crate")
        )  # -> low lost | stopped_by: `Crate.unload` cancels it; `Crate.unload` then waits for it, without a timeout; `Dock.empty` calls `Crate.unload`

    async def unload(self) -> None:
        self._loading.cancel()
        await asyncio.wait([self._loading])


class Barrel:
    def load(self) -> None:
        self._loading = asyncio.create_task(
            pack("barrel")
        )  # -> low lost | stopped_by: `Barrel.unload` cancels it; `Barrel.unload` then waits for it, without a timeout; `Dock.empty` calls `Barrel.unload`

    async def unload(self) -> None:
        self._loading.cancel()
        await asyncio.wait([self._loading])


class Sack:
    def load(self) -> None:
        self._loading = asyncio.create_task(
            pack("sack")
        )  # -> low lost | stopped_by: `Sack.unload` cancels it; `Sack.unload` then waits for it, without a timeout; `Dock.drop` calls `Sack.unload`

    async def unload(self) -> None:
        self._loading.cancel()
        await asyncio.wait([self._loading])


class Dock:
    """The annotations of its containers say what is in them."""

    def __init__(self) -> None:
        self._crates: dict[str, Crate] = {}
        self._barrels: set["Barrel"] = set()
        self._sacks: dict[str, Sack | None] = {}

    async def empty(self) -> None:
        for _, crate in self._crates.items():
            await crate.unload()
        barrels = self._barrels
        await asyncio.gather(*[barrel.unload() for barrel in list(barrels)])  # -> none

    async def drop(self, name: str) -> None:
        sack = self._sacks.pop(name)
        if sack is not None:
            await sack.unload()

    async def __aexit__(self, *_) -> None:
        await self.empty()
        await self.drop("last")


class Ferry:
    """Where one of two fails, its call ends before the other."""

    async def cross(self) -> None:
        self._crossing = asyncio.create_task(pack("one"))  # -> none | lifetime: object
        self._loading = asyncio.create_task(pack("two"))  # -> none | lifetime: object
        await asyncio.gather(self._crossing, self._loading)


class Quay:
    """What has the task may be of a class that stops it elsewhere."""

    def receive(self, ship) -> None:
        ship._mooring.cancel()
        ship._mooring = asyncio.create_task(pack("ship"))  # -> low lost | stop: unknown


class Ship:
    def __init__(self) -> None:
        self._mooring = asyncio.create_task(pack("moor"))  # -> low unawaited

    def close(self) -> None:
        self._mooring.cancel()


class Barge:
    def __init__(self) -> None:
        self._mooring = asyncio.create_task(pack("moor"))  # -> low unawaited

    def close(self) -> None:
        self._mooring.cancel()


class Bell:
    """What it rings on some paths only, nobody keeps."""

    is_on = True

    def ring(self) -> asyncio.Task[str] | None:
        if self.is_on:
            return asyncio.create_task(pack("bell"))  # -> none
        print("off")
        return None

    def call(self) -> None:
        self.ring()  # -> high dropped-if-made | lifetime: until-collected | stop: nothing | failure: logged


class Canal:
    """What is cancelled where one of several fails ends with the call."""

    async def sail(self) -> None:
        self._barges = [
            asyncio.create_task(pack("a")),  # -> none | lifetime: call
            asyncio.create_task(pack("b")),  # -> none | lifetime: call
        ]
        try:
            await asyncio.gather(*self._barges)
        except Exception:
            await self._sink()

    async def _sink(self) -> None:
        for barge in self._barges:
            barge.cancel()
        await asyncio.wait(self._barges)


async def first_of_many(names: list[str]) -> None:
    """The tasks have no name, and a cancelled wait leaves them running."""
    _, pending = await asyncio.wait(
        [
            asyncio.create_task(pack(name))  # -> none | lifetime: unknown
            for name in names
        ],
        return_when=asyncio.FIRST_COMPLETED,
    )
    for packing in pending:
        packing.cancel()


async def polled_guard(name: str) -> None:
    """What asks whether it is done does not wait for it."""
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: unknown
    await pack("before")
    if packing.done():
        print(packing.result())
    try:
        await pack("after")
    finally:
        packing.cancel()
        await asyncio.wait([packing])


async def raising_guard(name: str) -> None:
    """What it raises before the `try` leaves the task running."""
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: unknown
    if not name:
        raise ValueError(name)
    try:
        print(name)
    finally:
        packing.cancel()
        await asyncio.wait([packing])


async def passed_on(name: str) -> str:
    """Nothing is left out by the wait: the cancellation is passed on after it anyway."""
    packing = asyncio.create_task(pack(name))  # -> none
    done = asyncio.Event()
    packing.add_done_callback(lambda _: done.set())
    try:
        await done.wait()
    except asyncio.CancelledError:
        packing.cancel()
        await packing
        raise
    try:
        return packing.result()
    except OSError:
        return str(name)


class Sealer:
    """Whoever looks at the result of what is done catches what it raises."""

    def __init__(self) -> None:
        self._sealing: asyncio.Task[str] | None = None

    def seal(self, name: str) -> None:
        if self._sealing is not None and self._sealing.done():
            try:
                print(self._sealing.result())
            except Exception:
                print("failed")
        self._sealing = asyncio.create_task(
            pack(name)
        )  # -> low unstopped | failure: observed


async def unguarded_end(name: str, closed: asyncio.Event) -> None:
    """Whoever cancels it as it waits leaves the task running: no clause ends it."""
    try:
        packing = asyncio.create_task(pack(name))  # -> none | lifetime: unknown
        while not closed.is_set():
            await asyncio.sleep(1)
        if not packing.done():
            packing.cancel()
            await asyncio.wait([packing])
    except OSError:
        print("failed")
    finally:
        print("over")


async def limited_end(name: str) -> None:
    """Nothing is awaited before it ends the task."""
    packing = asyncio.create_task(pack(name))  # -> none | lifetime: call
    async with asyncio.timeout(5):
        if name:
            packing.cancel()
        await packing


async def grouped_end(name: str) -> None:
    """The group waits for the task however the block is left."""
    async with asyncio.TaskGroup() as group:
        packing = group.create_task(pack(name))  # -> none | lifetime: call
        await asyncio.sleep(1)
        packing.cancel()


async def late_finally(name: str) -> None:
    """What the `finally` awaits first may be cancelled."""
    packing = asyncio.create_task(pack(name))  # -> low | lifetime: unknown
    try:
        print(name)
    finally:
        await pack("late")
        packing.cancel()
        await asyncio.wait([packing])


async def handled_finally(name: str) -> None:
    """What an `except` clause awaits comes before the `finally`, too."""
    packing = asyncio.create_task(pack(name))  # -> low | lifetime: call
    try:
        print(name)
    except OSError:
        await pack("failed")
    finally:
        packing.cancel()
        await asyncio.wait([packing])


def check(name: str) -> None:
    if not name:
        raise ValueError(name)


async def checked_loop(names: list[str]) -> None:
    """What it checks in a later round raises while the first task runs."""
    packings = []
    for name in names:
        check(name)
        packing = asyncio.create_task(pack(name))  # -> none | lifetime: unknown
        packings.append(packing)
    try:
        print(names)
    finally:
        for packing in packings:
            packing.cancel()
        await asyncio.wait(packings)


def label(name: str) -> str:
    return name.format(open("label").read())


async def labelled_loop(names: list[str]) -> None:
    """What a later round calls may raise."""
    packings: list[asyncio.Task[str]] = []
    for name in names:
        text = label(name)
        packings.append(asyncio.create_task(pack(text)))  # -> none | lifetime: unknown
    try:
        print(names)
    finally:
        for packing in packings:
            packing.cancel()
        await asyncio.wait(packings)


async def quiet_loop(names: list[str]) -> None:
    packings: list[asyncio.Task[str]] = []
    for name in names:
        print(name)
        packings.append(asyncio.create_task(pack(name)))  # -> none | lifetime: call
    try:
        print(names)
    finally:
        for packing in packings:
            packing.cancel()
        await asyncio.wait(packings)


async def waiting_loop(names: list[str]) -> None:
    packings = []
    for name in names:
        await pack("before")
        packings.append(asyncio.create_task(pack(name)))  # -> none | lifetime: unknown
    try:
        print(names)
    finally:
        for packing in packings:
            packing.cancel()
        await asyncio.wait(packings)


async def checked_first(names: list[str]) -> None:
    for name in names:
        check(name)
    packings = [asyncio.create_task(pack(n)) for n in names]  # -> none | lifetime: call
    try:
        print(names)
    finally:
        for packing in packings:
            packing.cancel()
        await asyncio.wait(packings)


class Chime:
    """What it rings on some paths only, it keeps there; or it waits for it where no loop runs."""

    def __init__(self) -> None:
        self._ringing: set[asyncio.Task[str]] = set()
        self.is_on = True

    def ring(self) -> asyncio.Task[str]:
        ringing = asyncio.create_task(pack("chime"))  # -> none
        if self.is_on:
            self._ringing.add(ringing)
        return ringing

    def strike(self, loop: asyncio.AbstractEventLoop):
        if loop.is_running():
            return loop.create_task(pack("chime"))  # -> none
        return loop.run_until_complete(pack("chime"))

    def call(self, loop: asyncio.AbstractEventLoop) -> None:
        self.ring()  # -> low unsure
        self.strike(loop)  # -> low unsure | owner: unknown
