import asyncio

from app import tasks


async def stop():
    for task in tasks._tasks:
        task.cancel()
    await asyncio.gather(*tasks._tasks)
