import asyncio

from base import Backend, Mixed


class Plain(Backend):
    def spawn(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Named(Backend):
    def spawn(self, coro):
        return asyncio.create_task(coro, name="x")  # -> held returned


class MixedTask(Mixed):
    def spawn(self, coro):
        return asyncio.create_task(coro)  # -> held returned
