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


async def partly(queue):
    while True:
        try:
            print(await queue.get())
        except BaseException:  # expect: UND106
            print("failed")
        await asyncio.sleep(1)


async def each(queue, names):
    while True:
        for name in names:
            try:
                await queue.put(name)
            except asyncio.CancelledError:  # expect: UND106
                print("failed")


async def some_times(queue):
    for _ in range(3):
        try:
            return await queue.get()
        except BaseException:  # expect: UND106
            print("failed")


async def next_item(queue):
    try:
        return await queue.get()
    except asyncio.CancelledError:  # expect: UND106
        return None


async def by_helper(queue):
    while True:
        print(await next_item(queue))


async def goes_on(queue):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:  # expect: UND106
        print("no delay")
    while True:
        print(await queue.get())


async def asked(queue):
    while True:
        try:
            print(await queue.get())
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():
                raise


async def of_another(queue, waiter):
    while True:
        try:
            await waiter
        except asyncio.CancelledError:
            print("woken")
        print(await queue.get())


async def flagged(queue, stopping):
    while True:
        try:
            print(await queue.get())
        except asyncio.CancelledError:
            print("woken")
        if stopping.is_set():
            break


async def cleans_up(queue):
    try:
        print(await queue.get())
    except asyncio.CancelledError:
        print("stopped")
    await queue.join()


async def helper_that_tells(queue):
    while True:
        item = await next_or_none(queue)
        if item is None:
            break


async def next_or_none(queue):
    try:
        return await queue.get()
    except asyncio.CancelledError:
        return None


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
        group.create_task(partly(queue))
        group.create_task(each(queue, ["a", "b"]))
        group.create_task(some_times(queue))
        group.create_task(by_helper(queue))
        group.create_task(goes_on(queue))
        group.create_task(asked(queue))
        group.create_task(of_another(queue, stopping.wait()))
        group.create_task(flagged(queue, stopping))
        group.create_task(cleans_up(queue))
        group.create_task(helper_that_tells(queue))
    await never_a_task(queue)
