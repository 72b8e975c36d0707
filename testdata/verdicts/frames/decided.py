"""What the code around decides."""

import asyncio
import unittest


async def work(): ...


class Kept:
    def __init__(self):
        self.a = asyncio.create_task(work())  # -> held attribute
        self.b = asyncio.create_task(work())  # -> held attribute
        self.all = set()

    async def run(self):
        asyncio.gather(self.a, self.b)

    async def run_local(self):
        a = asyncio.create_task(work())  # -> held container
        self.all.add(a)
        asyncio.gather(a)

    async def run_set(self):
        asyncio.gather(*self.all)  # -> unsure argument

    async def run_some(self):
        asyncio.gather(*self.all, work())  # -> dropped discarded

    async def with_finally(self):
        t = asyncio.create_task(work())  # -> held awaited
        try:
            await asyncio.sleep(1)
        finally:
            await self.stop(t)

    async def with_finally_maybe(self):
        t = None
        try:
            t = asyncio.create_task(work())  # -> held awaited
            await asyncio.sleep(1)
        finally:
            await self.stop(t)

    async def stop(self, task):
        if task is not None:
            task.cancel()
            await task

    async def with_finally2(self):
        t = asyncio.create_task(work())  # -> held awaited
        try:
            await asyncio.sleep(1)
        finally:
            await self.stop2(t)

    async def stop2(self, task):
        if task.done():
            return
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass

    async def with_finally3(self):
        t = asyncio.create_task(work())  # -> held awaited
        try:
            await asyncio.sleep(1)
        finally:
            await stop3(t)


async def stop3(task):
    if task and not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)  # -> held awaited


def in_executor(loop, f):
    asyncio.ensure_future(loop.run_in_executor(None, f))  # -> held argument


def in_executor2(f):
    asyncio.ensure_future(asyncio.get_running_loop().run_in_executor(None, f))  # -> held argument


def in_executor3(f):
    fut = asyncio.get_running_loop().run_in_executor(None, f)
    asyncio.ensure_future(fut)  # -> held argument


class T(unittest.IsolatedAsyncioTestCase):
    async def test(self):
        task = asyncio.create_task(work())  # -> held closure
        self.addCleanup(task.cancel)

    async def test2(self):
        task = asyncio.create_task(work())  # -> unsure argument
        self.addAsyncCleanup(self.finish, task)

    async def test3(self, stack):
        task = asyncio.create_task(work())  # -> held closure
        stack.callback(task.cancel)

    async def test4(self, request):
        task = asyncio.create_task(work())  # -> held closure
        request.addfinalizer(task.cancel)

    async def test5(self):
        task = asyncio.create_task(work())  # -> held closure
        self.addCleanup(lambda: task.cancel())


def spawn(kind, coro):
    if kind == 1:
        return asyncio.create_task(coro)  # -> held returned
    raise ValueError(kind)


def spawn2(kind, coro):
    if kind == 1:
        return asyncio.create_task(coro)  # -> held returned
    elif kind == 2:
        return asyncio.ensure_future(coro)  # -> held returned
    else:
        raise ValueError(kind)


def spawn3(kind, coro):
    if not kind:
        raise ValueError(kind)
    return asyncio.create_task(coro)  # -> held returned


def spawn4(kind, coro):
    t = asyncio.create_task(coro)  # -> held returned
    if kind:
        raise ValueError
    return t


async def calls(x):
    spawn(x, work())  # -> dropped wrapper
    spawn2(x, work())  # -> dropped wrapper
    spawn3(x, work())  # -> dropped wrapper
    spawn4(x, work())  # -> dropped wrapper


async def race():
    done, _ = await asyncio.wait(
        [asyncio.create_task(work()), asyncio.create_task(work())],  # -> dropped expression, dropped expression
        return_when=asyncio.FIRST_COMPLETED,
    )


async def race2():
    done, _ = await asyncio.wait(
        [asyncio.create_task(work())], return_when=asyncio.FIRST_COMPLETED  # -> dropped expression
    )
    print(_)


async def race3():
    a = asyncio.create_task(work())  # -> held frame
    done, _ = await asyncio.wait(
        [a, asyncio.create_task(work())], return_when=asyncio.FIRST_COMPLETED  # -> dropped expression
    )
    a.cancel()
