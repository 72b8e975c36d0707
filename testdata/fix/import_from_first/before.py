"""Where `from` imports stand above the others, new ones do, too."""

from collections import deque
from datetime import datetime
import asyncio
import logging

from russound_rio import Russound
import aiohttp

log = logging.getLogger(__name__)


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    log.info("%s %s %s", datetime.now(), deque(), aiohttp)
    asyncio.run_coroutine_threadsafe(russ.close(), loop)
