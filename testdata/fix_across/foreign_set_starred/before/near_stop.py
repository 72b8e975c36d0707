import asyncio

import near


async def stop():
    await asyncio.gather(*near.tasks)
