"""Classes whose attributes hide a wrapper, for another module."""

import asyncio


class Spawning:
    def start(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Without(Spawning):
    start = None


class Within(Without):
    pass


class Printing:
    start = print


class Sets:
    def __init__(self):
        self.start = print


class Inner(Printing, Spawning):
    pass


class Behind(Spawning, Printing):
    pass


class Instance(Sets, Spawning):
    pass


class Sometimes(Spawning):
    if __debug__:
        start = print
