import asyncio

from vendor.things import *


async def work(): ...


async def start():
    asyncio.create_task(work())
