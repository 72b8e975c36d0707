"""The same of a module that is imported as a whole."""

import asyncio

import links


class Client:
    def __init__(self, loop):
        self._link = links.Link(loop)

    def start(self):
        asyncio.ensure_future(self._link.connected())  # -> unsure argument
        asyncio.ensure_future(self._link.connect())  # -> dropped discarded
