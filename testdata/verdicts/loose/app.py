"""A future of a module that lies beside this one, in a folder that is no package."""

import asyncio

from links import Link


class Client:
    def __init__(self, link: Link):
        self._link = link

    def start(self):
        asyncio.ensure_future(self._link.connected())  # -> unsure argument
        asyncio.ensure_future(self._link.closing())  # -> unsure argument
        asyncio.ensure_future(self._link.connect())  # -> dropped discarded
