"""Ways out of a function that are taken where there is no task."""

import asyncio


async def none_listed(works):
    ts = []
    for w in works:
        ts.append(asyncio.create_task(w()))  # -> held gathered
    if not ts:
        return
    await asyncio.gather(*ts)


async def equal_to_none_listed(works):
    ts = []
    for w in works:
        ts.append(asyncio.create_task(w()))  # -> held gathered
    if ts == []:
        return
    await asyncio.wait(ts)


async def counted(works):
    ts = [asyncio.create_task(w()) for w in works]  # -> held gathered
    if len(ts) == 0:
        return
    await asyncio.wait(ts)


async def counted_the_other_way(works):
    ts = [asyncio.create_task(w()) for w in works]  # -> held gathered
    if len(ts) > 0:
        print(len(ts))
    else:
        return
    await asyncio.wait(ts)


async def made_or_not(x, f):
    t = None
    if f:
        t = asyncio.create_task(x())  # -> held awaited
    if t is None:
        print("none")
        return
    await t


async def made_or_not_or_else(x, f, g):
    t = None
    if f:
        t = asyncio.create_task(x())  # -> unsure conditional
    if t is None or g:
        return
    await t


async def made_or_not_and_more(x, f, g):
    t = None
    if f:
        t = asyncio.create_task(x())  # -> held awaited
    if g and not t:
        return
    await t


async def others_empty(works):
    ts = [asyncio.create_task(w()) for w in works]  # -> unsure conditional
    if not works:
        return
    await asyncio.wait(ts)


async def left_when_there_are_some(works):
    ts = [asyncio.create_task(w()) for w in works]  # -> unsure conditional
    if ts:
        return
    await asyncio.wait(ts)


def handed_back(works, nothing):
    ts = []
    for w in works:
        ts.append(asyncio.ensure_future(w()))  # -> held returned
    if not ts:
        return nothing
    return asyncio.gather(*ts)


async def inside_a_loop(queue, f):
    while True:
        x = await queue.get()
        t = None
        if f:
            t = asyncio.create_task(x())  # -> held awaited
        if not t:
            continue
        await t
