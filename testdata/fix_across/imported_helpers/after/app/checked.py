import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.tasks import spawn

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def main():
    task = asyncio.create_task(asyncio.sleep(0))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
