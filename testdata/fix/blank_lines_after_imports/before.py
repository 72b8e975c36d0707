"""More blank lines below the imports than a formatter asks for."""

import asyncio
import logging


logger = logging.getLogger(__name__)


async def start(work):
    asyncio.create_task(work())
