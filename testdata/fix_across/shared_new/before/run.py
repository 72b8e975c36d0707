import asyncio
import sys

from app.jobs import work
from app.web import start


async def main():
    asyncio.get_running_loop().call_soon(asyncio.create_task, work())
    await start(sys.argv)
