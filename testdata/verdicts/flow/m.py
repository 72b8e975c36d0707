"""Names: which reads a task reaches, and on which paths."""

import asyncio
import contextlib
import logging

log = logging.getLogger(__name__)


async def never_read(work):
    task = asyncio.create_task(work())  # -> dropped unread
    _ = asyncio.create_task(work())  # -> dropped underscore
    (walrus := asyncio.create_task(work()))  # -> dropped unread
    noted: asyncio.Task[None] = asyncio.create_task(work())  # -> dropped unread
    first, second = asyncio.create_task(work()), asyncio.create_task(work())  # -> dropped unread, dropped unread
    await asyncio.sleep(10)


async def only_touched(work):
    task = asyncio.create_task(work())  # -> dropped touched
    task.set_name("x")
    log.info("started %s", task)
    if task.done():
        print(task)


async def cycle(work):
    task = asyncio.create_task(work())  # -> dropped touched
    task.add_done_callback(lambda _: print(task))


async def bound_anew(work):
    task = asyncio.create_task(work())  # -> dropped rebound
    task = asyncio.create_task(work())  # -> held awaited
    await task


async def deleted(work):
    task = asyncio.create_task(work())  # -> dropped rebound
    del task


async def lost_in_a_loop(works):
    for work in works:
        task = asyncio.create_task(work())  # -> dropped rebound
    await task


async def both_branches(work, flag):
    if flag:
        task = asyncio.create_task(work())  # -> held awaited
    else:
        task = asyncio.create_task(work())  # -> held awaited
    await task


async def one_branch(work, flag):
    task = asyncio.create_task(work())  # -> unsure conditional
    if flag:
        await task


async def same_condition(work, flag):
    task = None
    if flag:
        task = asyncio.create_task(work())  # -> held awaited
    await asyncio.sleep(1)
    if flag:
        await task


async def in_finally(work):
    task = None
    try:
        task = asyncio.create_task(work())  # -> held frame
        await asyncio.sleep(1)
    finally:
        if task:
            task.cancel()


async def fixture(work):
    task = asyncio.create_task(work())  # -> held frame
    yield
    task.cancel()


async def waits_at_yield(work):
    task = asyncio.create_task(work())  # -> held frame
    yield


async def for_good(work):
    task = asyncio.create_task(work())  # -> held frame
    await asyncio.Event().wait()


async def until_told_to_stop(work, server):
    stop = asyncio.Event()
    task = asyncio.create_task(work())  # -> unsure conditional
    await stop.wait()


async def until_served(work, server):
    task = asyncio.create_task(work())  # -> unsure conditional
    await server.serve()


async def forever(work):
    task = asyncio.create_task(work())  # -> held frame
    while True:
        await asyncio.sleep(1)


async def polled(work):
    task = asyncio.create_task(work())  # -> held frame
    while not task.done():
        await asyncio.sleep(0.1)


async def timed_out(work):
    task = asyncio.create_task(work())  # -> dropped touched
    try:
        return await asyncio.wait_for(asyncio.shield(task), 1)
    except asyncio.TimeoutError:
        return None


async def replaced_when_done(works):
    pending = asyncio.ensure_future(works.__anext__())  # -> held awaited
    try:
        while True:
            await asyncio.wait({pending}, timeout=1)
            if not pending.done():
                continue
            print(pending.result())
            pending = asyncio.ensure_future(works.__anext__())  # -> held awaited
    finally:
        pending.cancel()


async def closures(work):
    task = asyncio.create_task(work())  # -> held closure

    def stop():
        task.cancel()

    return stop


async def outer_name(work):
    task = None

    def start():
        nonlocal task
        task = asyncio.create_task(work())  # -> held closure

    start()


async def cancelled_later(work):
    task = asyncio.create_task(work())  # -> held closure
    asyncio.get_running_loop().call_later(4, task.cancel)
    with contextlib.ExitStack() as stack:
        other = asyncio.create_task(work())  # -> held closure
        stack.callback(other.cancel)
        await asyncio.sleep(1)


async def cycle_of_its_own(work):
    task = asyncio.create_task(work())  # -> dropped touched
    task.itself = task


async def outer_name_below(work, turns):
    async def start():
        nonlocal task
        task = asyncio.create_task(work())  # -> held closure

    task = None
    async for turn in turns:
        await start()
        print(turn, task)
