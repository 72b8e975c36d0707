"""Functions that give an object of the module, without saying of which class."""

import asyncio


class Bus:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


_bus = Bus()
_other = None


def get():
    return _bus


def get_other():
    return _other


async def work(): ...


def start():
    get().fire(work())  # -> dropped wrapper
