import asyncio

from app.background import keep_task, work


async def main() -> None:
    keep_task(asyncio.create_task(work()))
    keep_task(asyncio.gather(work(), work()))
