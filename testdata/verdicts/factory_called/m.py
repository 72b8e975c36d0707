"""What is made under this factory."""

import asyncio


async def main(work):
    asyncio.create_task(work())  # -> held factory
