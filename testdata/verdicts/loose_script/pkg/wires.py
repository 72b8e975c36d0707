"""What connects. No spawner is named here."""


class Wire:
    def __init__(self, loop):
        self._connected = loop.create_future()

    def connected(self):
        return self._connected

    async def connect(self):
        return self
