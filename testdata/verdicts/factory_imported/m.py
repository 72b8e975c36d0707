"""What is made under this factory, or replaced spawner."""

import asyncio
from factory import install


async def main(work):
    install(asyncio.get_running_loop())
    asyncio.create_task(work())  # -> held factory
    asyncio.ensure_future(work())  # -> held factory
    asyncio.Task(work())  # -> dropped discarded
