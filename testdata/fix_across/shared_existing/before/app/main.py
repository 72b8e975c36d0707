import asyncio

from app.base import work
from app.util import say


async def main():
    say("begin")
    asyncio.create_task(work())


def hides(keep):
    asyncio.create_task(work())
