"""More blank lines below the imports than a formatter asks for."""

import asyncio
import logging


# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


logger = logging.getLogger(__name__)


async def start(work):
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
