import asyncio

from app.tasks import work


async def main():
    asyncio.create_task(work())
