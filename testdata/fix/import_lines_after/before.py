import asyncio
from pathlib import Path


HERE = Path(__file__)


async def work() -> None:
    await asyncio.sleep(1)


def main(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(work(), loop)
