"""What the coroutines of tasks do with their cancellation."""

import asyncio
import contextlib
from contextlib import suppress


async def bare(queue):
    while True:
        try:
            print(await queue.get())
        except:  # expect: UND106
            print("failed")


async def named(queue):
    while True:
        try:
            print(await queue.get())
        except (ValueError, asyncio.CancelledError):  # expect: UND106
            continue


async def base(queue):
    while True:
        try:
            print(await queue.get())
        except BaseException as error:  # expect: UND106
            print(error)


async def suppressed(queue):
    while True:
        with contextlib.suppress(BaseException):  # expect: UND106
            print(await queue.get())


async def below(queue):
    await inner(queue)


async def inner(queue):
    while True:
        try:
            print(await queue.get())
        except BaseException:  # expect: UND106
            pass


async def plain(queue):
    while True:
        try:
            print(await queue.get())
        except Exception:
            print("failed")


async def raises(queue):
    while True:
        try:
            print(await queue.get())
        except asyncio.CancelledError:
            print("stopped")
            raise
        except BaseException:
            print("failed")


async def leaves(queue):
    try:
        while True:
            print(await queue.get())
    except asyncio.CancelledError:
        print("stopped")


async def breaks(queue):
    while True:
        try:
            print(await queue.get())
        except BaseException:
            break
    await queue.join()


async def told(queue, stopping):
    while not stopping.is_set():
        try:
            print(await queue.get())
        except BaseException:
            print("failed")


async def restarts(queue):
    while True:
        child = asyncio.ensure_future(queue.get())
        await asyncio.wait([child], timeout=1)
        child.cancel()
        with suppress(asyncio.CancelledError):
            print(await child)


async def never_a_task(queue):
    while True:
        try:
            print(await queue.get())
        except BaseException:
            pass


async def main(queue, stopping):
    async with asyncio.TaskGroup() as group:
        group.create_task(bare(queue))
        group.create_task(named(queue))
        group.create_task(base(queue))
        group.create_task(suppressed(queue))
        group.create_task(below(queue))
        group.create_task(plain(queue))
        group.create_task(raises(queue))
        group.create_task(leaves(queue))
        group.create_task(breaks(queue))
        group.create_task(told(queue, stopping))
        group.create_task(restarts(queue))
    await never_a_task(queue)
