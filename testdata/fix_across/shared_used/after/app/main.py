import asyncio

from app.tasks import keep as hold
from app.tasks import work


async def main():
    hold(asyncio.create_task(work()))
    hold(asyncio.create_task(work(), name="second"))
