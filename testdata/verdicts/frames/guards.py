"""Loops that make a task once, or again and again."""

import asyncio


async def work(): ...


async def first_only(items):
    first = True
    for item in items:
        if first:
            first = False
            t = asyncio.create_task(work())  # -> unsure conditional
        print(item)
    await t


async def opened_once(chunks):
    stream = None
    for chunk in chunks:
        if stream is None:
            stream = chunk
            t = asyncio.create_task(work())  # -> unsure conditional
    await t


async def every_chunk(chunks):
    for chunk in chunks:
        if chunk:
            t = asyncio.create_task(work())  # -> dropped rebound
    await t


async def every_chunk_flag(chunks):
    first = True
    for chunk in chunks:
        if first:
            t = asyncio.create_task(work())  # -> dropped rebound
        first = chunk
    await t


async def never_set(chunks):
    first = True
    for chunk in chunks:
        if first:
            t = asyncio.create_task(work())  # -> dropped rebound
    await t


async def every(chunks):
    for chunk in chunks:
        t = asyncio.create_task(work())  # -> dropped rebound
    await t


async def task_is_none(chunks):
    t = None
    for chunk in chunks:
        if t is None:
            t = asyncio.create_task(work())  # -> held awaited
    await t


async def breaks(chunks):
    for chunk in chunks:
        if chunk:
            t = asyncio.create_task(work())  # -> held awaited
            break
    await t


async def started(chunks):
    started = False
    for chunk in chunks:
        if not started:
            t = asyncio.create_task(work())  # -> unsure conditional
            started = True
    await t


async def counted(chunks):
    n = 0
    for chunk in chunks:
        if n == 0:
            t = asyncio.create_task(work())  # -> unsure conditional
        n += 1
    await t


async def indexed(chunks):
    for i, chunk in enumerate(chunks):
        if i == 0:
            t = asyncio.create_task(work())  # -> unsure conditional
    await t


async def reset(chunks):
    first = True
    for chunk in chunks:
        if first:
            first = False
            t = asyncio.create_task(work())  # -> dropped rebound
        else:
            first = True
    await t


async def supervisor():
    t = None
    while True:
        if t is None or t.done():
            t = asyncio.create_task(work())  # -> held frame
        await asyncio.sleep(1)


async def supervisor_ends(stop):
    t = None
    while not stop.is_set():
        if t is None or t.done():
            t = asyncio.create_task(work())  # -> dropped touched
        await asyncio.sleep(1)


async def supervisor_wrong():
    t = None
    while True:
        if t is None or not t.done():
            t = asyncio.create_task(work())  # -> dropped touched
        await asyncio.sleep(1)


async def supervisor_truth():
    t = None
    while True:
        if not t or t.done():
            t = asyncio.create_task(work())  # -> held frame
        await asyncio.sleep(1)
