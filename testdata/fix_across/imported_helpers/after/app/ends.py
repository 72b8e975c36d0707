import asyncio

from app import tasks
from app.tasks import spawn

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def stop():
    await asyncio.gather(*tasks._tasks)


async def main():
    task = asyncio.create_task(stop())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
