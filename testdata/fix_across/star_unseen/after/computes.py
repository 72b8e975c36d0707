import asyncio

from computed import *


async def work(): ...


async def start():
    asyncio.create_task(work())
