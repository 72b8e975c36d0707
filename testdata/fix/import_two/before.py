from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


async def work() -> Any: ...


def start(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.gather(work(), work())
    asyncio.run_coroutine_threadsafe(work(), loop)
