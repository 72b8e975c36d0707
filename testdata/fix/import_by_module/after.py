"""Imports in the order of their modules, whatever they look like."""

import asyncio
from collections import deque
import concurrent.futures
import logging
from types import MappingProxyType
from typing import Any

from russound_rio import Russound

from ..zones import ZONES
from .const import DOMAIN

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()

log = logging.getLogger(__name__)


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    log.info("%s %s %s %s", MappingProxyType, deque(), ZONES, DOMAIN)
    future = asyncio.run_coroutine_threadsafe(russ.close(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
