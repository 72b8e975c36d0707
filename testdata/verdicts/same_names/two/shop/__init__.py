"""Another package of the same name, in another folder that is none."""

import asyncio


async def main(work):
    asyncio.create_task(work())  # -> dropped discarded
