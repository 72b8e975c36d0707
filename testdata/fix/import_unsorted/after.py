"""Imports in no order: a new one is the last of its kind, but stays with the standard library."""

import threading
import subprocess
import asyncio
import sys
import concurrent.futures
import aiohttp
from time import sleep
from enum import Enum
from typing import Any
from russound_rio import Russound

# Strong references: the event loop keeps only weak ones.
_background_futures: set[concurrent.futures.Future[Any]] = set()


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    print(threading, subprocess, sys, sleep, Enum, aiohttp)
    future = asyncio.run_coroutine_threadsafe(russ.close(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
