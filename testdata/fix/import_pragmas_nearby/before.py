"""A comment that ends nothing stays with what it speaks of."""

import asyncio
# fmt: off
NAMES = ["one",
         "two"]
# fmt: on


def start(work):
    asyncio.create_task(work(NAMES))
