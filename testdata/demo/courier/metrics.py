"""Counts deliveries. Its set keeps most of its tasks."""

import asyncio
from collections import Counter

_background_tasks: set[asyncio.Task[None]] = set()

counts: Counter[str] = Counter()


async def _push(name: str, value: int) -> None:
    await asyncio.sleep(0.1)


def count(name: str) -> None:
    counts[name] += 1
    task = asyncio.create_task(_push(name, counts[name]))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


def reset(name: str) -> None:
    counts[name] = 0
    asyncio.create_task(_push(name, 0))
