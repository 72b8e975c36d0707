"""Welcomes new recipients."""

import asyncio


async def send_welcome(name: str) -> None:
    await asyncio.sleep(0.1)


async def sign_up(name: str) -> None:
    asyncio.create_task(send_welcome(name))
