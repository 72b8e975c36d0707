import asyncio

from lib import *


async def work(): ...


async def start():
    asyncio.create_task(work())
