import asyncio

from . import tasks


async def stop():
    await asyncio.gather(*tasks)
