import asyncio
import sys


def spawn(coro, name=None):
    if name is not None:
        return asyncio.create_task(coro, name=name)
    return asyncio.create_task(coro)


def both(coro, other):
    return asyncio.create_task(coro), asyncio.create_task(other)


def outer(coro):
    if coro is None:
        return asyncio.create_task(work())
    return spawn(coro)


def asserted(coro):
    if coro is None:
        return asyncio.create_task(work())
    assert (task := asyncio.create_task(coro))
    return task


if sys.version_info >= (3, 12):

    def start(coro):
        return asyncio.create_task(coro, eager_start=True)

else:

    def start(coro):
        return asyncio.create_task(coro)


async def work():
    await asyncio.sleep(0)


async def main():
    spawn(work())
    spawn(work(), name="work")
    both(work(), work())
    outer(work())
    asserted(work())
    start(work())
