"""Imports in no order: a new one is the last of its kind, but stays with the standard library."""

import threading
import subprocess
import asyncio
import sys
import aiohttp
from time import sleep
from enum import Enum
from russound_rio import Russound


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    print(threading, subprocess, sys, sleep, Enum, aiohttp)
    asyncio.run_coroutine_threadsafe(russ.close(), loop)
