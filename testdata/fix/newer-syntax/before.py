import asyncio
from typing import Literal

NAMES = ("ping", "pong")
Name = Literal[*NAMES]


async def work(name: Name) -> None:
    await asyncio.sleep(len(name))


async def main(registry, *keys: str) -> None:
    asyncio.create_task(work("ping"))
    print(registry[*keys], asyncio.create_task(work(registry[1, *keys])))
