"""Futures and coroutines of a module that lies beside this one, in a folder that is no package."""

import asyncio

import links
from hubs import Hub
from links import Line, Link, connect, connected


class Annotated:
    def __init__(self, link: Link):
        self._link = link

    def start(self):
        asyncio.ensure_future(self._link.connected())  # -> unsure argument
        asyncio.ensure_future(self._link.closing())  # -> unsure argument
        asyncio.ensure_future(self._link.connect())  # -> dropped discarded


class Made:
    def __init__(self, loop):
        self._link = Link(loop)
        self._line = links.Line(loop)

    def start(self):
        asyncio.ensure_future(self._link.connected())  # -> unsure argument
        asyncio.ensure_future(self._line.connected())  # -> unsure argument
        asyncio.ensure_future(self._line.connect())  # -> dropped discarded
        asyncio.shield(self._link.connected())  # -> unsure argument
        asyncio.gather(self._link.connected(), self._line.closing())  # -> unsure argument


class Own(Link):
    def start(self):
        asyncio.ensure_future(self.connected())  # -> unsure argument
        asyncio.ensure_future(self.connect())  # -> dropped discarded


def functions(link):
    asyncio.ensure_future(connected(link))  # -> unsure argument
    asyncio.ensure_future(links.connected(link))  # -> unsure argument
    asyncio.ensure_future(connect(link))  # -> dropped discarded


def local(loop):
    link = Line(loop)
    asyncio.ensure_future(link.connected())  # -> unsure argument
    asyncio.ensure_future(link.connect())  # -> dropped discarded


def several(loop, all_links):
    futures = [connected(link) for link in all_links]
    asyncio.gather(*futures)  # -> unsure argument
    asyncio.gather(*(connect(link) for link in all_links))  # -> dropped discarded


class Further:
    def __init__(self, loop):
        self._hub = Hub(loop)

    def start(self):
        asyncio.ensure_future(self._hub.connected())  # -> unsure argument
        asyncio.ensure_future(self._hub.link().connected())  # -> unsure argument
        asyncio.ensure_future(self._hub.connect())  # -> dropped discarded
