import asyncio
import sys

from app.background import keep_task
from app.jobs import work
from app.web import start


async def main():
    asyncio.get_running_loop().call_soon(
        lambda coro: keep_task(asyncio.create_task(coro)), work()
    )
    await start(sys.argv)
