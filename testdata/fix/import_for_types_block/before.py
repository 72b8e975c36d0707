from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from pkg.models import Job


def start(coro: Coroutine[None, None, Job]) -> None: ...


async def work() -> None:
    await asyncio.sleep(1)


def main(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(work(), loop)
