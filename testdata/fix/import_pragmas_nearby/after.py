"""A comment that ends nothing stays with what it speaks of."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

# fmt: off
NAMES = ["one",
         "two"]
# fmt: on


def start(work):
    task = asyncio.create_task(work(NAMES))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
