"""The same of a local link, put to what takes futures and coroutines alike."""

import asyncio

from links import Link


def shielded(loop):
    link = Link(loop)
    asyncio.shield(link.connected())  # -> unsure argument
    asyncio.shield(link.connect())  # -> dropped discarded


def gathered(loop):
    link = Link(loop)
    asyncio.gather(link.connected(), link.closing())  # -> unsure argument
    asyncio.gather(link.connected(), link.connect())  # -> dropped discarded
