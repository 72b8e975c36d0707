import asyncio
import os

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

CONSTANT = os.getenv("X")
# A comment about the class.


class A:
    def f(self, x):
        task = asyncio.create_task(x())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
