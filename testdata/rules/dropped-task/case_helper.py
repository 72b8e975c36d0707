"""Tasks thrown away in the middle of an expression, and beside one."""

import asyncio


async def work(*args):
    await asyncio.sleep(1)


async def expression(items):
    [asyncio.create_task(work(item)) for item in items]  # expect: UND001
    print(f"{asyncio.create_task(work())}")  # expect: UND001
    if asyncio.create_task(work()):  # expect: UND001
        pass


async def statement():
    asyncio.create_task(work())  # expect: UND001
