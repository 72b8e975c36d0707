"""What is kept may be a future, or another thread's."""

import asyncio
from logging import getLogger

log = getLogger("futures")
_background_tasks: set[asyncio.Task[object]] = set()


async def work() -> None:
    await asyncio.sleep(1)


def start() -> None:
    asyncio.gather(work(), work())


def start_from_a_thread(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(work(), loop)
