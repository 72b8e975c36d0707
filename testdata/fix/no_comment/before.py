import asyncio
import logging

logger = logging.getLogger(__name__)


async def push(name: str) -> None:
    logger.info("pushing %s", name)
    await asyncio.sleep(0.1)


async def greet(name: str) -> None:
    asyncio.create_task(push(name))
