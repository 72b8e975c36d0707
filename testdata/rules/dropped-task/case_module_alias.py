"""`import asyncio` under another name."""

import asyncio as aio
import asyncio.tasks


async def work():
    await aio.sleep(1)


async def main():
    aio.create_task(work())  # expect: UND001
    aio.get_running_loop().create_task(work())  # expect: UND001
    asyncio.tasks.create_task(work())  # expect: UND001
