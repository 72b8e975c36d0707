"""Getters without annotations, and what they give."""

import asyncio


class Bus:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def post(self, message):
        print(message)


class Loopless:
    def create_task(self, coro):
        coro.close()


class System:
    def __init__(self):
        self._bus = Bus()
        self._loop = Loopless()
        self._other = print

    @property
    def bus(self):
        return self._bus

    def get_bus(self):
        return self._bus

    @property
    def loop(self):
        return self._loop

    @property
    def checked_bus(self):
        assert self._bus
        return self._bus

    @property
    def other(self):
        return self._other

    @staticmethod
    def static(self):
        return self._bus


class Rack(System):
    pass
