"""What connects: some of it makes coroutines, some of it has a future already."""


class Link:
    def __init__(self, loop):
        self._connected = loop.create_future()

    def connected(self):
        return self._connected

    def connect(self):
        return self._connect()

    async def _connect(self):
        return self


async def stop(link):
    return link


def stopped(link):
    return link.connected()
