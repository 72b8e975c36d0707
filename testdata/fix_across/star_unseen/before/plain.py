import asyncio

from base import *


async def work(): ...


async def start():
    asyncio.create_task(work())
