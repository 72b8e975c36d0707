import asyncio

from .tasks import hold, work


async def main(loop: asyncio.AbstractEventLoop):
    hold(asyncio.create_task(work()))
    loop.call_soon(lambda: asyncio.create_task(work()))
