"""The same of a link that is made here."""

import asyncio

from links import Link


class Client:
    def __init__(self, loop):
        self._link = Link(loop)

    def start(self):
        asyncio.ensure_future(self._link.connected())  # -> unsure argument
        asyncio.ensure_future(self._link.connect())  # -> dropped discarded
