"""What has a link, one module further away. No spawner is named here."""

from links import Link


class Hub:
    def __init__(self, loop):
        self._link = Link(loop)

    def link(self):
        return self._link

    def connected(self):
        return self._link.connected()

    def connect(self):
        return self._link.connect()
