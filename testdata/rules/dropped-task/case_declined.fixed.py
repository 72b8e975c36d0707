"""Places where a task is dropped and no fix is offered."""

import asyncio


async def work():
    pass


class Body:
    asyncio.ensure_future(work())  # expect: UND001


def default(task=print(asyncio.ensure_future(work()))):  # expect: UND001
    pass


async def asserted():
    assert asyncio.create_task(work())  # expect: UND001


class Closing:
    def __del__(self):
        asyncio.create_task(work())  # expect: UND001
