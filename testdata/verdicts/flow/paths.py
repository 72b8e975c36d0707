"""Paths through a function, and which of them lose the task."""

import asyncio
import contextlib
import functools

KEPT = set()


async def loop_overwrites(xs):
    for x in xs:
        t = asyncio.create_task(x())  # -> dropped rebound
    await t


async def loop_awaits_inside(xs):
    for x in xs:
        t = asyncio.create_task(x())  # -> held awaited
        await t


async def loop_prev(xs):
    prev = None
    for x in xs:
        if prev:
            await prev
        prev = asyncio.create_task(x())  # -> held awaited
    if prev is not None:
        await prev


async def prev_swapped(xs):
    prev = asyncio.create_task(xs[0]())  # -> held awaited
    for x in xs[1:]:
        cur = asyncio.create_task(x())  # -> held awaited
        await prev
        prev = cur
    await prev


async def while_overwrites(x, n):
    while n:
        t = asyncio.create_task(x())  # -> dropped rebound
        n -= 1
    return t


async def branches(x, f):
    if f:
        t = asyncio.create_task(x())  # -> held awaited
    else:
        t = asyncio.create_task(x(1))  # -> held awaited
    await t


async def branches_other(x, f):
    if f:
        t = asyncio.create_task(x())  # -> dropped unread
    else:
        t = asyncio.create_task(x(1))  # -> held awaited
        await t


async def in_finally(x):
    t = asyncio.create_task(x())  # -> held awaited
    try:
        await x()
    finally:
        await t


async def in_except(x):
    t = asyncio.create_task(x())  # -> unsure conditional
    try:
        await x()
    except Exception:
        await t


async def bound_in_try(x):
    try:
        t = asyncio.create_task(x())  # -> held awaited
    finally:
        await x()
    await t


async def try_else(x):
    try:
        t = asyncio.create_task(x())  # -> held awaited
    except RuntimeError:
        return
    else:
        await t


async def while_else(x, n):
    t = asyncio.create_task(x())  # -> held awaited
    while n:
        n -= 1
        if n == 5:
            break
    else:
        n = 0
    await t


async def while_else_only(x, n):
    t = asyncio.create_task(x())  # -> unsure conditional
    while n:
        n -= 1
        if n == 5:
            break
    else:
        await t


async def wait_discarded(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.wait([t], timeout=1)


async def wait_all(x):
    t = asyncio.create_task(x())  # -> held gathered
    await asyncio.wait([t])


async def wait_looked_after(x):
    t = asyncio.create_task(x())  # -> held frame
    await asyncio.wait([t], timeout=1)
    if not t.done():
        t.cancel()


async def wait_bound_pending_unused(x):
    t = asyncio.create_task(x())  # -> unsure conditional
    done, pending = await asyncio.wait({t}, timeout=1)
    return [d.result() for d in done]


async def wait_pending_cancelled(x):
    t = asyncio.create_task(x())  # -> held gathered
    u = asyncio.create_task(x())  # -> held gathered
    done, pending = await asyncio.wait({t, u}, return_when=asyncio.FIRST_COMPLETED)
    for p in pending:
        p.cancel()


async def wait_first_discarded(x):
    t = asyncio.create_task(x())  # -> dropped touched
    u = asyncio.create_task(x())  # -> dropped touched
    await asyncio.wait({t, u}, return_when=asyncio.FIRST_COMPLETED)


async def wait_first_exception(x):
    ts = [asyncio.create_task(x()) for _ in "ab"]  # -> dropped local-container
    await asyncio.wait(ts, return_when="FIRST_COMPLETED")


async def wait_timeout_none(x):
    ts = [asyncio.create_task(x()) for _ in "ab"]  # -> held gathered
    await asyncio.wait(ts, timeout=None)


async def wait_loop(x):
    ts = {asyncio.create_task(x()) for _ in "ab"}  # -> held gathered
    while ts:
        done, ts = await asyncio.wait(ts, return_when=asyncio.FIRST_COMPLETED)
        for d in done:
            print(d.result())


async def shielded(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.wait_for(asyncio.shield(t), 3)


async def shielded_plain(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.shield(t)


async def shielded_then_awaited(x):
    t = asyncio.create_task(x())  # -> held frame
    try:
        await asyncio.wait_for(asyncio.shield(t), 3)
    except asyncio.TimeoutError:
        t.cancel()


async def shielded_timeout_none(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.wait_for(asyncio.shield(t), None)


async def wait_for_plain(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.wait_for(t, 3)


async def conditional(x, f):
    t = asyncio.create_task(x())  # -> unsure conditional
    if f:
        await t


async def early_return(x, f):
    t = asyncio.create_task(x())  # -> unsure conditional
    if f:
        return
    await t


async def raise_before(x, f):
    t = asyncio.create_task(x())  # -> held awaited
    if f:
        raise ValueError
    await t


async def for_good(x):
    t = asyncio.create_task(x())  # -> held frame
    while True:
        await asyncio.sleep(1)


async def for_good_break(x, f):
    t = asyncio.create_task(x())  # -> dropped unread
    while True:
        await asyncio.sleep(1)
        if f():
            break


async def for_good_future(x):
    t = asyncio.create_task(x())  # -> held frame
    await asyncio.get_running_loop().create_future()


async def for_good_try(x):
    t = asyncio.create_task(x())  # -> held frame
    try:
        await asyncio.Future()
    finally:
        print("bye")


async def fixture(x):
    t = asyncio.create_task(x())  # -> held frame
    try:
        yield 1
    finally:
        t.cancel()


@contextlib.asynccontextmanager
async def managed(x):
    t = asyncio.create_task(x())  # -> held frame
    yield


async def matching(x, cmd):
    match cmd:
        case "a":
            t = asyncio.create_task(x())  # -> held awaited
        case ["b", *rest]:
            t = asyncio.create_task(x(rest))  # -> held awaited
        case _:
            t = asyncio.create_task(x(1))  # -> held awaited
    await t


async def match_dropped(x, cmd):
    match cmd:
        case "a":
            t = asyncio.create_task(x())  # -> dropped unread
        case _:
            t = asyncio.create_task(x(1))  # -> held awaited
            await t


async def match_rebinds(x, cmd):
    t = asyncio.create_task(x())  # -> dropped rebound
    match cmd:
        case t:
            pass
    await t


async def comprehension_scope(x):
    t = asyncio.create_task(x())  # -> dropped unread
    print([t for t in range(3)])


async def comprehension_reads(x):
    t = asyncio.create_task(x())  # -> held gathered
    await asyncio.gather(*[y for y in (t,)])  # -> held awaited


async def walrus_await(x):
    if (t := asyncio.create_task(x())) and True:  # -> unsure conditional
        await t


async def walrus_in_comprehension(x):
    print([(last := asyncio.create_task(y())) for y in x])  # -> held awaited
    await last


async def deleted(x):
    t = asyncio.create_task(x())  # -> dropped rebound
    del t
    await asyncio.sleep(1)


async def deleted_after(x):
    t = asyncio.create_task(x())  # -> held awaited
    await t
    del t


async def global_one(x):
    global G
    G = asyncio.create_task(x())  # -> held global


def nonlocal_one(x):
    t = None

    def start():
        nonlocal t
        t = asyncio.create_task(x())  # -> held closure

    return start


async def star(x):
    a, *b = [asyncio.create_task(x()) for _ in range(3)]  # -> held awaited
    await a
    await asyncio.gather(*b)  # -> held awaited


async def async_for(x, xs):
    async for y in xs:
        t = asyncio.create_task(x(y))  # -> dropped rebound
    await t


async def async_with(x, cm):
    async with cm:
        t = asyncio.create_task(x())  # -> held awaited
    await t


async def async_with_dropped(x, cm):
    async with cm:
        t = asyncio.create_task(x())  # -> dropped unread
        await asyncio.sleep(1)


async def suppress(x):
    t = asyncio.create_task(x())  # -> held frame
    t.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await t


async def gathered(x):
    t = asyncio.create_task(x())  # -> held gathered
    g = asyncio.gather(t, x())  # -> held awaited
    await g


async def gathered_dropped(x):
    t = asyncio.create_task(x())  # -> dropped touched
    g = asyncio.gather(t, x())  # -> dropped unread


async def closure_called(x):
    t = asyncio.create_task(x())  # -> held awaited

    async def stop():
        await t

    await stop()


async def closure_unused(x):
    t = asyncio.create_task(x())  # -> dropped touched

    async def stop():
        await t


async def exception_in_loop(xs):
    for x in xs:
        t = asyncio.create_task(x())  # -> held awaited
        try:
            await t
        except ValueError:
            continue


async def timeout_ctx(x):
    t = asyncio.create_task(x())  # -> held awaited
    async with asyncio.timeout(3):
        await t


async def dict_values(x):
    d = {}
    for k in "ab":
        d[k] = asyncio.create_task(x(k))  # -> held gathered
    await asyncio.gather(*d.values())


async def dict_items(x):
    d = {k: asyncio.create_task(x(k)) for k in "ab"}  # -> held awaited
    for k, t in d.items():
        print(k, await t)


async def list_pop(x):
    ts = [asyncio.create_task(x(k)) for k in "ab"]  # -> held awaited
    while ts:
        await ts.pop()


async def returned_part(x):
    pair = (asyncio.create_task(x()), 1)  # -> dropped local-container
    return pair[1]


async def returned_first(x):
    pair = (asyncio.create_task(x()), 1)  # -> held returned
    return pair[0]


async def tuple_unpack(x):
    t, n = asyncio.create_task(x()), 1  # -> held awaited
    await t
    return n


async def ternary(x, f):
    t = asyncio.create_task(x()) if f else None  # -> held awaited
    if t:
        await t


async def ternary_none(x, f):
    t = None
    if f:
        t = asyncio.create_task(x())  # -> held awaited
    if t is not None:
        await t


async def polled(x):
    t = asyncio.create_task(x())  # -> unsure conditional
    while True:
        if t.done():
            break
        await asyncio.sleep(1)


async def result_read(x):
    t = asyncio.create_task(x())  # -> held awaited
    await asyncio.sleep(1)
    return t.result()


async def done_only(x):
    t = asyncio.create_task(x())  # -> dropped touched
    await asyncio.sleep(1)
    return t.done()


async def annotated(x):
    t: asyncio.Task
    t = asyncio.create_task(x())  # -> held awaited
    await t


async def aug(x):
    ts = []
    ts += [asyncio.create_task(x())]  # -> held gathered
    await asyncio.gather(*ts)  # -> held awaited


async def aug_dropped(x):
    ts = []
    ts += [asyncio.create_task(x())]  # -> dropped local-container


async def concatenated(x):
    a = [asyncio.create_task(x())]  # -> held gathered
    b = [asyncio.create_task(x())]  # -> held gathered
    await asyncio.gather(*(a + b))  # -> held awaited


async def kept_lambda(x, bus):
    t = asyncio.create_task(x())  # -> held closure
    return lambda: t.cancel()


async def eager(x):
    t = asyncio.create_task(x())  # -> dropped touched
    t.add_done_callback(functools.partial(print, t))


def started_or_none(x):
    return (
        asyncio.create_task(x())  # -> held returned
        # what it started and nothing else
        or None
    )


_noted = set()


def note_if(x, loud):
    notify = asyncio.create_task(x()) if loud else None  # -> held returned
    if notify is None:
        return None
    _noted.add(notify)
    notify.add_done_callback(_noted.discard)
    return notify


def note_loudly(x):
    note_if(x, True)  # -> managed wrapper
