"""Tasks that somebody looks at once they are done, and what becomes of them until then."""

import asyncio
import logging

log = logging.getLogger(__name__)


async def in_done(x, timeout):
    t = asyncio.create_task(x())  # -> unsure conditional
    done, _ = await asyncio.wait({t}, timeout=timeout)
    if t in done:
        return await t
    t.add_done_callback(print)
    return None


async def in_done_else_cancelled(x, timeout):
    t = asyncio.create_task(x())  # -> held awaited
    done, _ = await asyncio.wait({t}, timeout=timeout)
    if t in done:
        return await t
    else:
        t.cancel()


async def not_in_done(x, timeout):
    t = asyncio.create_task(x())  # -> held frame
    done, _ = await asyncio.wait({t}, timeout=timeout)
    if t not in done:
        t.cancel()


async def not_in_done_left(x, timeout):
    t = asyncio.create_task(x())  # -> unsure conditional
    done, _ = await asyncio.wait({t}, timeout=timeout)
    if t not in done:
        return None
    return t.result()


async def in_others(x, kept):
    t = asyncio.create_task(x())  # -> held awaited
    if t in kept:
        await t


async def asked_once(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.sleep(1)
    if t.done():
        t.result()


async def asked_once_more(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.sleep(1)
    if t.done() and not t.cancelled():
        t.result()


async def asked_the_other_way(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.sleep(1)
    if not t.done():
        return
    else:
        t.result()


async def asked_then_awaited(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.sleep(1)
    if t.done():
        t.result()
    else:
        await t


async def asked_and_returned(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.sleep(1)
    if t.done():
        return t.result()
    return await t


def ready_in_time(x, loop, ready, is_late):
    f = asyncio.run_coroutine_threadsafe(x(), loop)  # -> dropped touched
    while not ready.wait(timeout=1):
        if f.done():
            f.result()
            raise RuntimeError
        if is_late():
            f.cancel()
            raise RuntimeError


async def until_told(x, queue):
    t = asyncio.create_task(x())  # -> unsure conditional
    while not queue.empty():
        if await queue.get() is None:
            t.cancel()


async def until_done(x, queue):
    t = asyncio.create_task(x())  # -> held awaited
    while not queue.empty():
        await queue.get()
        await t


async def for_each(x, names):
    t = asyncio.create_task(x())  # -> unsure conditional
    for name in names:
        if name:
            await t


async def forever_until_told(x, queue):
    t = asyncio.create_task(x())  # -> held frame
    while True:
        if await queue.get() is None:
            t.cancel()
            break


async def pending_counted(works, timeout):
    ts = [asyncio.create_task(w) for w in works]  # -> unsure conditional
    done, pending = await asyncio.wait(ts, timeout=timeout)
    if len(pending) != 0:
        raise TimeoutError
    return done


async def pending_told(works, timeout):
    ts = [asyncio.create_task(w) for w in works]  # -> unsure conditional
    done, pending = await asyncio.wait(ts, timeout=timeout)
    if pending:
        log.warning("%d are late: %s", len(pending), pending)
    return done


async def pending_cancelled(works, timeout):
    ts = [asyncio.create_task(w) for w in works]  # -> held gathered
    done, pending = await asyncio.wait(ts, timeout=timeout)
    if pending:
        log.warning("%d are late", len(pending))
        for t in pending:
            t.cancel()
    return done


async def pending_returned(works, timeout):
    ts = [asyncio.create_task(w) for w in works]  # -> held gathered
    done, pending = await asyncio.wait(ts, timeout=timeout)
    return done, pending


async def pending_again(works):
    pending = {asyncio.create_task(w) for w in works}  # -> held gathered
    while pending:
        done, pending = await asyncio.wait(pending, timeout=1)
        log.info("%d are left", len(pending))
        yield done


async def pending_of_each_turn(works):
    pending = {asyncio.create_task(w) for w in works}  # -> held gathered
    while True:
        done, pending = await asyncio.wait(pending, timeout=1)
        if not pending:
            break


class Proxy:
    def __init__(self, loop):
        self.loop = loop

    async def read(self, x):
        t = asyncio.create_task(x())  # -> held frame
        try:
            await asyncio.wait([t], timeout=1)
        finally:
            if not self.loop.is_closed():
                t.cancel()
                await asyncio.gather(t, return_exceptions=True)

    async def write(self, x, file):
        t = asyncio.create_task(x())  # -> unsure conditional
        try:
            await asyncio.wait([t], timeout=1)
        finally:
            if not file.is_closed():
                t.cancel()


class Lookups:
    async def resolve(self, x):
        t = asyncio.create_task(x())  # -> unsure argument
        return await self.wait(t)

    async def wait(self, t):
        try:
            return await asyncio.wait_for(asyncio.shield(t), timeout=1)  # -> held awaited
        except asyncio.TimeoutError:
            return self.outcome(t)

    def outcome(self, t):
        if t.done():
            return t.result()
        return None

    def start(self, x):
        t = asyncio.create_task(x())  # -> unsure argument
        return self.outcome(t)


async def answered_in_time(x, waiter):
    t = asyncio.create_task(x())  # -> dropped touched
    try:
        try:
            await waiter
        except asyncio.CancelledError:
            t.cancel()
            raise
        if t.done():
            return t.result()
        t.add_done_callback(print)
    finally:
        waiter.cancel()


async def cancelled_at_last(x, waiter):
    t = asyncio.create_task(x())  # -> held awaited
    try:
        await waiter
        if t.done():
            return t.result()
    finally:
        t.cancel()


async def cancelled_by_a_handler_that_goes_on(x, waiter):
    t = asyncio.create_task(x())  # -> unsure conditional
    try:
        await waiter
    except asyncio.CancelledError:
        t.cancel()
    if t.done():
        return t.result()


async def awaited_unless_it_fails(x, waiter):
    t = asyncio.create_task(x())  # -> unsure conditional
    try:
        await waiter
    except ValueError:
        t.cancel()
        raise


async def seen_by_a_function_inside(x, waiter, later):
    t = asyncio.create_task(x())  # -> held closure

    def stop():
        t.cancel()

    later(stop)
    if t.done():
        return t.result()


async def asked_and_read(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.wait([t], timeout=1)
    if t.done() and t.exception():
        log.warning("failed")


async def asked_in_a_choice(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.wait([t], timeout=1)
    return t.exception() if t.done() else None


async def awaited_behind_a_flag(x, flag):
    t = asyncio.create_task(x())  # -> unsure conditional
    await asyncio.sleep(1)
    if flag and (await t):
        log.warning("done")


async def awaited_in_a_choice(x, flag):
    t = asyncio.create_task(x())  # -> unsure conditional
    await asyncio.sleep(1)
    return (await t) if flag else None


async def awaited_if_there(x, flag):
    t = asyncio.create_task(x()) if flag else None  # -> held awaited
    await asyncio.sleep(1)
    return (await t) if t else None


async def left_by_a_time_limit(x):
    t = asyncio.create_task(x())  # -> unsure conditional
    await asyncio.wait([t], timeout=1)
    if t.done():
        return await t
    raise TimeoutError


async def left_by_a_time_limit_before(x):
    t = asyncio.create_task(x())  # -> unsure conditional
    await asyncio.wait([t], timeout=1)
    if not t.done():
        log.warning("late")
        raise TimeoutError
    return t.result()


async def stopped_by_a_time_limit(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.wait([t], timeout=1)
    if t.done():
        return await t
    else:
        t.cancel()
        raise TimeoutError


async def left_by_another_error(x, flag):
    t = asyncio.create_task(x())  # -> held awaited
    if flag:
        raise ValueError
    return await t
