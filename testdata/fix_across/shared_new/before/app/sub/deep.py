import asyncio

from ..jobs import work
from ..web import start


def keep_task(): ...


async def main():
    asyncio.create_task(work())
    asyncio.gather(work(), work())
    await start(None)
