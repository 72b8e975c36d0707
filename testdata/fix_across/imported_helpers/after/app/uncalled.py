import asyncio

from app.tasks import spawn, work


async def main(loop: asyncio.AbstractEventLoop):
    loop.call_soon(spawn, work())
    spawn(work())
