"""A task as an argument: what the callee does with it."""

import asyncio

KEPT = []


def keeps(task):
    KEPT.append(task)


def reads(task):
    print(task.get_name())


def hands_back(task):
    return task


async def waits(task):
    await task


class Registry:
    def __init__(self):
        self._tasks = set()

    def track(self, task):
        if task.done() or task in self._tasks:
            return task
        self._tasks.add(task)
        return task


registry = Registry()


async def passes(work, unknown, loop):
    keeps(asyncio.create_task(work()))  # -> held argument
    reads(asyncio.create_task(work()))  # -> dropped expression
    hands_back(asyncio.create_task(work()))  # -> dropped discarded
    await hands_back(asyncio.create_task(work()))  # -> held awaited
    await waits(asyncio.create_task(work()))  # -> held awaited
    registry.track(asyncio.create_task(work()))  # -> held argument
    unknown(asyncio.create_task(work()))  # -> unsure argument
    setattr(loop, "task", asyncio.create_task(work()))  # -> held attribute
    setattr(asyncio.create_task(work()), "tag", 1)  # -> dropped expression
    loop.run_until_complete(asyncio.create_task(work()))  # -> held awaited


async def an_attribute_of_its_own(work):
    task = asyncio.create_task(work())  # -> dropped touched
    setattr(task, "tag", 1)
    setattr(task, "itself", task)


async def a_dropped_waiter_is_no_owner(work):
    task = asyncio.create_task(work())  # -> dropped touched
    asyncio.create_task(waits(task))  # -> dropped discarded


class Feed:
    def add_listener(self, task):
        raise NotImplementedError

    def listen(self, work):
        self.add_listener(asyncio.create_task(work()))  # -> unsure argument


def threads(loop, work):
    asyncio.run_coroutine_threadsafe(work(), loop)  # -> dropped discarded
    asyncio.run_coroutine_threadsafe(work(), loop).add_done_callback(print)  # -> dropped chained
    asyncio.run_coroutine_threadsafe(work(), loop).result()  # -> held awaited
    future = asyncio.run_coroutine_threadsafe(work(), loop)  # -> held awaited
    return future.result(timeout=3)
