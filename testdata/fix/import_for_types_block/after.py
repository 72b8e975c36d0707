from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Coroutine

    from pkg.models import Job

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()


def start(coro: Coroutine[None, None, Job]) -> None: ...


async def work() -> None:
    await asyncio.sleep(1)


def main(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
