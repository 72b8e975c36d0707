"""Tasks whose owners the code does not show. The comment behind a site says what a watched run shows about it."""

import asyncio
import gc
import sys

REGISTRY = []


class Service:
    def __init__(self):
        self.jobs = {}


async def pause():
    await asyncio.sleep(0.05)


async def wait_forever():
    await asyncio.get_running_loop().create_future()


def call(name, *arguments):
    return getattr(sys.modules[__name__], name)(*arguments)


def remember(task):
    REGISTRY.append(task)


def register(service, task):
    service.jobs["job"] = task


def forget(task):
    task.get_name()


async def main():
    service = Service()
    call("remember", asyncio.create_task(pause()))  # -> settled-held
    call("register", service, asyncio.create_task(pause()))  # -> settled-held
    call("forget", asyncio.create_task(wait_forever()))  # -> settled-lost
    call("forget", asyncio.create_task(asyncio.sleep(0)))  # -> unsettled
    for number in range(5):
        name = "remember" if number < 2 else "forget"
        call(name, asyncio.create_task(asyncio.sleep(0.05)))  # -> unsettled
    await asyncio.sleep(0.01)
    gc.collect()
    await asyncio.sleep(0.1)
    print(len(service.jobs), len(REGISTRY))


asyncio.run(main())
