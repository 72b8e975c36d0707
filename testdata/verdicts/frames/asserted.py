"""Asserted ends."""

import asyncio


async def work(): ...


async def one():
    t = asyncio.create_task(work())  # -> held frame
    await asyncio.sleep(1)
    assert t.done()


async def one_wait():
    t = asyncio.create_task(work())  # -> held gathered
    done, pending = await asyncio.wait([t], timeout=1)
    assert not pending


async def in_done():
    t = asyncio.create_task(work())  # -> unsure conditional
    done, pending = await asyncio.wait([t], timeout=1)
    assert t in done


async def all_done(coros):
    ts = [asyncio.create_task(c) for c in coros]  # -> held frame
    await asyncio.sleep(1)
    assert all(t.done() for t in ts)


async def each_done(coros):
    ts = [asyncio.create_task(c) for c in coros]  # -> held frame
    await asyncio.sleep(1)
    for t in ts:
        assert t.done()


async def no_left(coros):
    ts = [asyncio.create_task(c) for c in coros]  # -> held gathered
    done, pending = await asyncio.wait(ts, timeout=1)
    assert len(pending) == 0


async def not_done():
    t = asyncio.create_task(work())  # -> dropped touched
    await asyncio.sleep(1)
    assert not t.done()


async def done_or():
    t = asyncio.create_task(work())  # -> dropped touched
    await asyncio.sleep(1)
    assert t.done() or True


async def cancelled():
    t = asyncio.create_task(work())  # -> held frame
    await asyncio.sleep(1)
    assert t.cancelled()


async def done_and():
    t = asyncio.create_task(work())  # -> held frame
    await asyncio.sleep(1)
    assert t.done() and not t.cancelled()


async def isnot():
    t = asyncio.create_task(work())  # -> dropped touched
    await asyncio.sleep(1)
    assert t is not None


async def done_is_true():
    t = asyncio.create_task(work())  # -> dropped touched
    await asyncio.sleep(1)
    assert t.done() is True


async def pending_eq():
    t = asyncio.create_task(work())  # -> held gathered
    done, pending = await asyncio.wait([t], timeout=1)
    assert pending == set()


class Case:
    async def is_true(self):
        t = asyncio.create_task(work())  # -> held frame
        await asyncio.sleep(1)
        self.assertTrue(t.done(), "not done")

    async def is_false(self):
        t = asyncio.create_task(work())  # -> dropped touched
        await asyncio.sleep(1)
        self.assertFalse(t.done())

    async def is_not(self):
        t = asyncio.create_task(work())  # -> held frame
        await asyncio.sleep(1)
        self.assertFalse(not t.done())

    async def is_what(self, other):
        t = asyncio.create_task(work())  # -> dropped touched
        await asyncio.sleep(1)
        other.assertTrue(t.done())
