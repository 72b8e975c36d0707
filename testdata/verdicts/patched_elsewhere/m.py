"""What is made under this factory, or replaced spawner."""

import asyncio
import asyncio as aio

TASKS = set()


async def main(work):
    asyncio.create_task(work())  # -> held factory
    aio.create_task(work())  # -> held factory
    asyncio.ensure_future(job())  # -> dropped discarded
    asyncio.get_running_loop().create_task(work())  # -> dropped discarded


async def job(*arguments): ...
