from __future__ import annotations

from asyncio import create_task, sleep
from typing import List


async def f(x: List[int]):
    create_task(sleep(1))
