import sys

try:
    import asyncio
except ImportError:
    asyncio = None

try:
    import uvloop
except ImportError:

    class uvloop:
        pass


# Strong references: the event loop keeps only weak ones.
_background_tasks: "set[asyncio.Task[object]]" = set()


def f(x):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
