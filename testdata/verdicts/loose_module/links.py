"""What connects, beside the scripts that use it. No spawner is named here."""


class Link:
    def __init__(self, loop):
        self._loop = loop
        self._connected = loop.create_future()

    def connected(self):
        return self._connected

    def closing(self):
        return self.connected()

    def connect(self):
        return self._connect()

    async def _connect(self):
        return self
