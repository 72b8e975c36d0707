import asyncio

from app import tasks
from app.tasks import spawn


async def stop():
    await asyncio.gather(*tasks._tasks)


async def main():
    asyncio.create_task(stop())
