"""Calls that give futures, or coroutines, to what makes tasks of the latter alone."""

import asyncio

from links import Link, stop, stopped


class Client:
    def __init__(self, loop, link: Link):
        self._connecting = None
        self._loop = loop
        self._link = link

    def connect(self):
        if self._connecting is None:
            self._connecting = self._loop.create_task(self._connect())  # -> held attribute
        return self._connecting

    def reconnect(self):
        return self._connect()

    def send(self, message):
        return self._link.session.send(message)

    def later(self) -> "Coroutine[object, object, None]":
        return self._link.later()

    def flush(self):
        raise NotImplementedError

    async def _connect(self):
        return self

    def start(self, message):
        asyncio.ensure_future(self.connect())  # -> unsure argument
        asyncio.ensure_future(self.reconnect())  # -> dropped discarded
        asyncio.ensure_future(self.send(message))  # -> unsure argument
        asyncio.ensure_future(self.later())  # -> dropped discarded
        asyncio.ensure_future(self.flush())  # -> dropped discarded
        asyncio.ensure_future(self._connect())  # -> dropped discarded
        asyncio.shield(self.connect())  # -> unsure argument
        asyncio.gather(self.connect(), self._connect())  # -> dropped discarded
        asyncio.ensure_future(self._link.connected())  # -> unsure argument
        asyncio.ensure_future(self._link.connect())  # -> dropped discarded
        asyncio.ensure_future(self._link.unknown())  # -> dropped discarded


def all_at_once(links, unknown):
    stops = (stop(link) for link in links)
    asyncio.gather(*stops)  # -> dropped discarded
    listed = [stop(link) for link in links]
    asyncio.gather(*listed)  # -> dropped discarded
    futures = [stopped(link) for link in links]
    asyncio.gather(*futures)  # -> unsure argument
    others = [unknown(link) for link in links]
    asyncio.gather(*others)  # -> unsure argument
    asyncio.gather(*(stop(link) for link in links))  # -> dropped discarded
