"""Waits for tasks: in turn, beside what may cancel them, or as a block ends; and who then sees what they raise."""

import asyncio
import contextlib
import logging
import signal

log = logging.getLogger(__name__)


async def _bake(loaf: int) -> float:
    await asyncio.sleep(loaf)
    return 1 / loaf


async def _slice(loaf: int) -> None:
    try:
        await _bake(loaf)
    except Exception:
        log.exception("cannot slice")


async def bake_all(loaves: list[int]) -> None:
    """Cancelled in a wait, it leaves the later ones in the oven."""
    baking = [
        asyncio.create_task(
            _bake(loaf)
        )  # -> none | lifetime: unknown | failure: awaited
        for loaf in loaves
    ]
    for loaf in baking:
        try:
            await loaf
        except Exception:
            log.exception("burnt")


async def bake_or_raise(loaves: list[int]) -> list[float]:
    baking = []
    for loaf in loaves:
        baking.append(asyncio.create_task(_bake(loaf)))  # -> none | lifetime: unknown
    return [await loaf for loaf in baking]


async def bake_or_stop(loaves: list[int]) -> None:
    """Whatever ends a wait ends them all."""
    baking = [
        asyncio.create_task(_bake(loaf))  # -> none | lifetime: call
        for loaf in loaves
    ]
    try:
        for loaf in baking:
            await loaf
    finally:
        for loaf in baking:
            loaf.cancel()
        await asyncio.gather(*baking, return_exceptions=True)


async def slice_or_stop(loaves: list[int]) -> None:
    """Nothing but a cancellation ends a wait, and that ends them all."""
    slicing = [
        asyncio.create_task(_slice(loaf))  # -> none | lifetime: call
        for loaf in loaves
    ]
    try:
        for loaf in slicing:
            await loaf
    except asyncio.CancelledError:
        for loaf in slicing:
            loaf.cancel()
        raise


async def read_after_first_failure(loaves: list[int]) -> None:
    """One that fails ends the wait for all, and the function."""
    baking = [
        asyncio.create_task(_bake(loaf))  # -> none | lifetime: unknown
        for loaf in loaves
    ]
    await asyncio.gather(*baking)
    for loaf in baking:
        log.info("baked: %s", await loaf)


async def read_after_all(loaves: list[int]) -> None:
    """All are done when the loop begins."""
    baking = [
        asyncio.create_task(_bake(loaf))  # -> none | lifetime: call
        for loaf in loaves
    ]
    await asyncio.gather(*baking, return_exceptions=True)
    for loaf in baking:
        log.info("baked: %s", await loaf)


async def bake_in_turn(loaves: list[int]) -> None:
    """One at a time."""
    for loaf in loaves:
        baking = asyncio.create_task(_bake(loaf))  # -> none | lifetime: call
        await baking


async def bake_if_any(loaves: list[int]) -> None:
    """That there are tasks to wait for is no condition under which they are stopped."""
    baking = []
    for loaf in loaves:
        baking.append(
            asyncio.create_task(
                _slice(loaf)
            )  # -> none | lifetime: unknown | stop: found
        )
    if len(baking):
        _, pending = await asyncio.wait(baking, timeout=5)
        for loaf in pending:
            loaf.cancel()


class Oven:
    """A callable that may cancel the task later leaves its wait where it is: what it raises is seen at once."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def bake(self, loaf: int) -> float:
        baking = self._loop.create_task(
            _bake(loaf)
        )  # -> none | lifetime: call | failure: awaited | stop: found
        self._loop.add_signal_handler(signal.SIGTERM, baking.cancel)
        return self._loop.run_until_complete(baking)

    async def bake_until_told(self, loaf: int) -> float:
        baking = asyncio.create_task(
            _bake(loaf)
        )  # -> none | lifetime: call | failure: awaited
        self.ring = lambda: baking.cancel()
        return await baking

    async def bake_and_take_out(self, loaf: int) -> None:
        baking = asyncio.create_task(
            _bake(loaf)
        )  # -> none | lifetime: call | failure: awaited-at-stop
        baking.cancel()
        await asyncio.wait([baking])
        await baking

    async def bake_or_hand_out(self, loaf: int) -> None:
        """The block cancels it as it ends."""
        async with contextlib.AsyncExitStack() as stack:
            baking = asyncio.create_task(
                _slice(loaf)
            )  # -> none | lifetime: call | stop: found
            stack.callback(baking.cancel)
            ringing = asyncio.create_task(
                _slice(1)
            )  # -> none | lifetime: call | stop: found
            stack.callback(ringing.cancel)
            await asyncio.wait([baking, ringing], return_when=asyncio.FIRST_COMPLETED)

    async def bake_at_once(self, loaf: int) -> None:
        """The loop cancels it before it waits."""
        baking = asyncio.create_task(
            _bake(loaf)
        )  # -> none | lifetime: call | failure: awaited-at-stop
        self._loop.call_soon(baking.cancel)
        await baking

    async def bake_beside(self, loaf: int) -> None:
        """What is done when the wait ends is not cancelled, and its exception is raised at once."""
        baking = asyncio.create_task(
            _bake(loaf)
        )  # -> none | lifetime: unknown | failure: awaited
        ringing = asyncio.create_task(
            _slice(1)
        )  # -> none | lifetime: unknown | failure: handled
        await asyncio.wait(
            [baking, ringing], return_when=asyncio.FIRST_COMPLETED, timeout=9
        )
        for task in [baking, ringing]:
            if not task.done():
                task.cancel()
        await baking

    async def bake_either(self, loaf: int) -> float | None:
        """Cancelled in its wait, it does not know what is left."""
        left = []
        try:
            baking = asyncio.create_task(
                _bake(loaf)
            )  # -> none | lifetime: unknown | failure: observed
            slicing = asyncio.create_task(_slice(loaf))  # -> none | lifetime: unknown
            done, left = await asyncio.wait(
                [baking, slicing], return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                return task.result()
        finally:
            for task in left:
                task.cancel()


async def bake_until_first(loaf: int) -> None:
    """Whatever interrupts a wait, the ones before it are still known."""
    baking = asyncio.create_task(_bake(loaf))  # -> none | lifetime: call
    slicing = asyncio.create_task(_slice(loaf))  # -> none | lifetime: call
    left = {baking, slicing}
    try:
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            if baking in done:
                log.info("baked: %s", baking.result())
    finally:
        for task in left:
            task.cancel()


async def bake_to_order(is_single: bool, is_doubled: bool) -> None:
    """One that fails leaves the other running."""
    baking = []
    if is_single:
        baking += [asyncio.create_task(_bake(1))]  # -> none | lifetime: unknown
    if is_doubled:
        baking += [asyncio.create_task(_bake(2))]  # -> none | lifetime: unknown
    await asyncio.gather(*baking)  # -> none


async def clear_in_turn(loaves: list[int]) -> None:
    """One that has failed ends the loop before the others are cancelled."""
    baking = [
        asyncio.create_task(_bake(loaf))  # -> none | lifetime: unknown
        for loaf in loaves
    ]
    try:
        await asyncio.wait(baking, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for loaf in baking:
            loaf.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loaf


async def clear_whatever_fails(loaves: list[int]) -> None:
    baking = [
        asyncio.create_task(_bake(loaf))  # -> low | lifetime: call
        for loaf in loaves
    ]
    try:
        await asyncio.wait(baking, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for loaf in baking:
            loaf.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await loaf


async def clear_those_that_bake(loaves: list[int]) -> None:
    """What has failed is not waited for."""
    baking = [
        asyncio.create_task(_bake(loaf))  # -> none | lifetime: call
        for loaf in loaves
    ]
    try:
        await asyncio.wait(baking, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for loaf in baking:
            if not loaf.done():
                loaf.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await loaf


async def clear_slices(loaves: list[int]) -> None:
    """A slice does not fail."""
    slicing = [
        asyncio.create_task(_slice(loaf))  # -> none | lifetime: call
        for loaf in loaves
    ]
    try:
        await asyncio.wait(slicing, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for loaf in slicing:
            loaf.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loaf


class Crew:
    """It waits for its tasks as its block ends."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[float]] = []

    async def __aenter__(self) -> "Crew":
        return self

    async def __aexit__(self, *raised) -> None:
        try:
            await asyncio.gather(*self._tasks)
        finally:
            for task in self._tasks:
                if not task.done():
                    task.cancel()

    def send(self, work) -> asyncio.Task[float]:
        task = asyncio.create_task(work)  # -> none
        self._tasks.append(task)
        return task


async def bake_with_crew(loaf: int) -> None:
    async with Crew() as crew:
        crew.send(_bake(loaf))  # -> none | failure: awaited
        crew.send(_bake(loaf + 1))  # -> none | failure: awaited


def _retrieve(task: asyncio.Task[float]) -> None:
    """Asyncio does not log what was retrieved."""
    if not task.cancelled():
        task.exception()


class Hatch:
    def __init__(self) -> None:
        self._orders: set[asyncio.Task[float]] = set()


def order(hatch: Hatch, loaf: int) -> None:
    async def begin() -> None:
        task = asyncio.create_task(_bake(loaf))  # -> low lost | failure: lost
        hatch._orders.add(task)
        task.add_done_callback(hatch._orders.discard)
        task.add_done_callback(_retrieve)

    asyncio.run(begin())


async def bake_all_quietly(loaves: list[int]) -> None:
    """What is cancelled and awaited is the `gather`, which raises no exception of theirs."""
    baking = [
        asyncio.create_task(_bake(loaf))  # -> low lost | failure: lost
        for loaf in loaves
    ]
    every = asyncio.ensure_future(asyncio.gather(*baking, return_exceptions=True))
    try:
        await asyncio.wait({every}, timeout=3)
    finally:
        every.cancel()
        await every


def bake_later(loaf: int) -> asyncio.Task[float]:
    """Who gets the task may await it, but what it raises is seen here already."""
    baking = asyncio.create_task(_bake(loaf))  # -> none | failure: observed
    baking.add_done_callback(lambda task: log.info("baked: %s", task.exception()))
    return baking


async def bake_each_or_stop(loaves: list[int], bell: asyncio.Event) -> None:
    """What is cancelled in one round is not what the next waits for."""
    for loaf in loaves:
        baking = asyncio.create_task(
            _bake(loaf)
        )  # -> none | lifetime: unknown | failure: awaited
        ringing = asyncio.create_task(bell.wait())  # -> none
        done, _ = await asyncio.wait(
            [baking, ringing], return_when=asyncio.FIRST_COMPLETED
        )
        ringing.cancel()
        if baking not in done:
            baking.cancel()
        else:
            try:
                await baking
            except Exception:
                log.exception("burnt")
    log.info("all done")


async def bake_in_time(loaves: list[int]) -> None:
    """What is done is awaited, so no round lets go of an exception."""
    for loaf in loaves:
        baking = asyncio.create_task(_bake(loaf))  # -> none | failure: unknown
        await asyncio.sleep(1)
        if not baking.done():
            baking.cancel()
        else:
            await baking


class Timer:
    """Takes what the last timer has raised before it sets the next, so nobody sees that."""

    def __init__(self) -> None:
        self._timing: asyncio.Task[float] | None = None

    def set(self, minutes: int) -> None:
        if self._timing is not None and not self._timing.done():
            raise RuntimeError("the timer is set")
        if self._timing is not None:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                self._timing.exception()
        self._timing = asyncio.create_task(_bake(minutes))  # -> low | failure: lost


def use_timer(minutes: int) -> Timer:
    timer = Timer()
    timer.set(minutes)
    return timer


async def reset_timer(timer: Timer, minutes: int) -> None:
    timer.set(minutes)


async def bake_and_slice(loaf: int) -> None:
    """A burnt loaf ends the wait while another is sliced."""
    work = [
        asyncio.create_task(_slice(loaf)),  # -> none | lifetime: unknown
        asyncio.create_task(_bake(loaf)),  # -> none | lifetime: unknown
    ]
    await asyncio.gather(*work)


async def bake_and_slice_some(loaves: list[int]) -> None:
    work = [asyncio.create_task(_slice(0))]  # -> none | lifetime: unknown
    for loaf in loaves:
        work += [asyncio.create_task(_slice(loaf))]  # -> none | lifetime: unknown
        baking = asyncio.create_task(_bake(loaf))  # -> none | lifetime: unknown
        work.append(baking)
    await asyncio.gather(*work)


async def slice_some(loaves: list[int], last: int) -> None:
    """No slicing raises, whichever it is."""
    work = [
        asyncio.create_task(_slice(loaf))  # -> none | lifetime: call
        for loaf in loaves
    ]
    work.append(asyncio.create_task(_slice(last)))  # -> none | lifetime: call
    await asyncio.gather(*work)
