"""Callbacks that complete what the function waits for."""

import asyncio


async def work(): ...


async def completes_future():
    fut = asyncio.get_running_loop().create_future()
    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(lambda _: fut.set_result(1))
    await fut


async def sets_event():
    event = asyncio.Event()
    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(lambda _: event.set())
    await event.wait()


async def sets_event_def():
    event = asyncio.Event()

    def finish(task):
        event.set()

    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(finish)
    await event.wait()


async def chained():
    event = asyncio.Event()
    asyncio.create_task(work()).add_done_callback(lambda _: event.set())  # -> unsure conditional
    await event.wait()


async def with_timeout():
    event = asyncio.Event()
    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(lambda _: event.set())
    await asyncio.wait_for(event.wait(), 1)


async def bound_method():
    fut = asyncio.get_running_loop().create_future()
    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(fut.set_result)
    await fut


async def other_waited(other):
    event = asyncio.Event()
    t = asyncio.create_task(work())  # -> dropped touched
    t.add_done_callback(lambda _: event.set())
    await other.wait()


async def not_waited():
    event = asyncio.Event()
    t = asyncio.create_task(work())  # -> dropped touched
    t.add_done_callback(lambda _: event.set())
    return event.is_set()


async def before():
    event = asyncio.Event()
    await event.wait()
    t = asyncio.create_task(work())  # -> dropped touched
    t.add_done_callback(lambda _: event.set())


async def unnamed():
    event = asyncio.Event()
    asyncio.create_task(work())  # -> dropped discarded
    await event.wait()


async def queue():
    q = asyncio.Queue()
    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(q.put_nowait)
    await q.get()


async def by_self(self):
    t = asyncio.create_task(work())  # -> unsure conditional
    t.add_done_callback(lambda _: self.done.set())
    await self.done.wait()
