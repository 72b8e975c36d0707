import asyncio

from ctypes import *


async def work(): ...


async def start():
    asyncio.create_task(work())
