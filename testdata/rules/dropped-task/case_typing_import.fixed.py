"""asyncio imported for the type checker, and for real in the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(loop: asyncio.AbstractEventLoop):
    task = loop.create_task(work(loop))  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def main():
    import asyncio

    task = asyncio.create_task(work(asyncio.get_running_loop()))  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
