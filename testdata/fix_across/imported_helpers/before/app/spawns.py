import asyncio

from app.tasks import spawn as start, work


async def main():
    start(work())
    asyncio.create_task(work(), name="second")
    asyncio.ensure_future(work())
