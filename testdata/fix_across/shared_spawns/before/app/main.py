import asyncio

from app.tasks import work


async def main():
    asyncio.create_task(work(), name="first")
    asyncio.create_task(work()).add_done_callback(print)
    asyncio.ensure_future(work())
    asyncio.create_task(work(), context=None)
