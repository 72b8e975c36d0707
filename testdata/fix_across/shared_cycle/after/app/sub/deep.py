import asyncio

from app.tasks import keep


async def work(): ...


async def main():
    keep(asyncio.create_task(work()))
