"""Stars in subscripts (PEP 646)."""

import asyncio
from typing import Literal

NAMES = ("ping", "pong")
Name = Literal[*NAMES]


async def work(name: Name) -> None:
    await asyncio.sleep(len(name))


async def main(registry, *keys: str) -> None:
    asyncio.create_task(work("ping"))  # -> dropped discarded
    kept = asyncio.create_task(work("pong"))  # -> held awaited
    registry[*keys] = asyncio.create_task(work("ping"))  # -> held container
    print(registry[1, *keys, 2 * 3])
    await kept
