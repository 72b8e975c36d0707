"""asyncio imported for the type checker, and for real in the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


async def work(loop: asyncio.AbstractEventLoop):
    loop.create_task(work(loop))  # expect: UND001


async def main():
    import asyncio

    asyncio.create_task(work(asyncio.get_running_loop()))  # expect: UND001
