import asyncio
import logging

_background_tasks: set[asyncio.Task[object]] = set()

logger = logging.getLogger(__name__)


async def push(name: str) -> None:
    logger.info("pushing %s", name)
    await asyncio.sleep(0.1)


async def greet(name: str) -> None:
    task = asyncio.create_task(push(name))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
