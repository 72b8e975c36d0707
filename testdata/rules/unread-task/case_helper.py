"""Tasks bound to a name in the middle of a statement."""

import asyncio


async def work(*args):
    await asyncio.sleep(1)


async def walrus():
    if found := asyncio.create_task(work()):  # expect: UND002
        return
