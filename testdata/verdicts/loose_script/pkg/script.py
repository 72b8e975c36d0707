"""The same in a package."""

import asyncio

from .wires import Wire


class Client:
    def __init__(self, loop):
        self._wire = Wire(loop)

    def start(self):
        asyncio.ensure_future(self._wire.connected())  # -> unsure argument
        asyncio.ensure_future(self._wire.connect())  # -> dropped discarded
