import asyncio

from app.tasks import spawn, work


async def main():
    spawn(work(), name="first")
    spawn(work()).add_done_callback(print)
    asyncio.ensure_future(work())
    asyncio.create_task(work(), context=None)
