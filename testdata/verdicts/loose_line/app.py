"""The same of a class that derives from the link's."""

import asyncio

from links import Link


class Line(Link):
    def start(self):
        asyncio.ensure_future(self.connected())  # -> unsure argument
        asyncio.ensure_future(self.connect())  # -> dropped discarded
