"""Every form in which a task is made in a callback whose caller throws it away."""

import asyncio
import functools

from witness import job, run

keeper = set()


async def call_soon():
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: asyncio.create_task(job("lambda in call_soon")))


async def call_later():
    loop = asyncio.get_running_loop()
    loop.call_later(0, lambda: loop.create_task(job("lambda in call_later")))


async def done_callback():
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(
        lambda done: asyncio.create_task(job("lambda in add_done_callback"))
    )
    future.set_result(None)


async def uncalled():
    loop = asyncio.get_running_loop()
    loop.call_soon(asyncio.create_task, job("create_task, uncalled"))
    loop.call_soon(loop.create_task, job("loop.create_task, uncalled"))


async def partial_with_name():
    loop = asyncio.get_running_loop()
    call = functools.partial(asyncio.create_task, job("partial with name"), name="p")
    loop.call_soon(call)


async def partial():
    loop = asyncio.get_running_loop()
    loop.call_soon(functools.partial(asyncio.create_task, job("partial")))


async def each():
    loop = asyncio.get_running_loop()
    for place in range(3):
        loop.call_soon(asyncio.create_task, job(f"in a loop, {place}"))


async def kept():
    task = asyncio.create_task(job("kept"))
    keeper.add(task)
    task.add_done_callback(keeper.discard)


run(
    call_soon,
    call_later,
    done_callback,
    uncalled,
    partial,
    partial_with_name,
    each,
    kept,
)
