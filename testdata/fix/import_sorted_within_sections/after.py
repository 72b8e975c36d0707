import asyncio
import concurrent.futures
from pathlib import Path
from typing import Any, cast

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()

HERE = cast(Path, Path(__file__))


async def work() -> None:
    await asyncio.sleep(1)


def main(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
