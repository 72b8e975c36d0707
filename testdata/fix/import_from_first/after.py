"""Where `from` imports stand above the others, new ones do, too."""

from collections import deque
from datetime import datetime
from typing import Any
import asyncio
import concurrent.futures
import logging

from russound_rio import Russound
import aiohttp

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()

log = logging.getLogger(__name__)


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    log.info("%s %s %s", datetime.now(), deque(), aiohttp)
    future = asyncio.run_coroutine_threadsafe(russ.close(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
