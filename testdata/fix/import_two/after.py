from __future__ import annotations

import asyncio
import concurrent.futures
import typing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[typing.Any]] = set()
_background_futures: set[concurrent.futures.Future[typing.Any]] = set()


async def work() -> Any: ...


def start(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.gather(work(), work())
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
    work_future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(work_future)
    work_future.add_done_callback(_background_futures.discard)
