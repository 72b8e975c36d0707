import asyncio


async def main():
    asyncio.create_task(asyncio.sleep(1))
