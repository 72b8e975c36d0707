from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class A:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def f(self, x):
        self.loop.create_task(x())
