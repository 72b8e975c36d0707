import asyncio

from shadowed import *


async def work(): ...


async def start():
    asyncio.create_task(work())
