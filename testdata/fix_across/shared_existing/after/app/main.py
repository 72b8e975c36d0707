import asyncio

from app.base import work
from app.util import keep as _keep, say


async def main():
    say("begin")
    _keep(asyncio.create_task(work()))


def hides(keep):
    _keep(asyncio.create_task(work()))
