import asyncio
import logging

logger = logging.getLogger(__name__)


async def work():
    """Work."""
    logger.info('working')


def start(loop: asyncio.AbstractEventLoop):
    loop.call_soon(lambda: asyncio.create_task(work()))
    asyncio.run_coroutine_threadsafe(work(), loop)
