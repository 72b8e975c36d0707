"""Imports in the order of their modules, whatever they look like."""

import asyncio
from collections import deque
import logging
from types import MappingProxyType

from russound_rio import Russound

from ..zones import ZONES
from .const import DOMAIN

log = logging.getLogger(__name__)


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    log.info("%s %s %s %s", MappingProxyType, deque(), ZONES, DOMAIN)
    asyncio.run_coroutine_threadsafe(russ.close(), loop)
