"""Methods that other modules replace."""

import asyncio


class Bus:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def start(self):
        self.fire(work())  # -> unsure rebinding


class Line(Bus):
    def call(self):
        self.fire(work())  # -> unsure rebinding


class Own(Bus):
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def start(self):
        self.fire(work())  # -> dropped wrapper


class Pool:
    def spawn(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Tested:
    def spawn(self, coro):
        return asyncio.create_task(coro)  # -> held returned


async def work(): ...


bus = Bus()
