from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


class A:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def f(self, x):
        task = self.loop.create_task(x())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
