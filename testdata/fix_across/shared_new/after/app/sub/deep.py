import asyncio

from ..background import keep_task as _keep_task
from ..jobs import work
from ..web import start


def keep_task(): ...


async def main():
    _keep_task(asyncio.create_task(work()))
    _keep_task(asyncio.gather(work(), work()))
    await start(None)
