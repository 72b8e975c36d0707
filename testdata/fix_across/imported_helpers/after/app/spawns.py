import asyncio

from app.tasks import spawn as start, work

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def main():
    start(work())
    start(work(), name="second")
    task = asyncio.ensure_future(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
