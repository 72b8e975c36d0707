"""The same of functions that lie beside this module."""

import asyncio

from links import connect, connected


def one(link):
    asyncio.ensure_future(connected(link))  # -> unsure argument
    asyncio.ensure_future(connect(link))  # -> dropped discarded


def several(links):
    futures = [connected(link) for link in links]
    asyncio.gather(*futures)  # -> unsure argument
    asyncio.gather(*(connect(link) for link in links))  # -> dropped discarded
