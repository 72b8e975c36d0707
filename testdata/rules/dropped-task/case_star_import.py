"""`from asyncio import *`."""

from asyncio import *


async def work():
    await sleep(1)


async def main():
    create_task(work())  # expect: UND001
    ensure_future(work())  # expect: UND001
