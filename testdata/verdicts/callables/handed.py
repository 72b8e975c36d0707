"""A spawner behind the callable is an argument of the callback, and no callback itself."""

import asyncio


class Runner:
    def run(self, spawn, coro):
        self.task = spawn(coro)

    def start(self, work):
        loop = asyncio.get_running_loop()
        loop.call_soon(self.run, asyncio.create_task, work())
        loop.call_later(1, self.run, asyncio.create_task, work())
        loop.call_later(1, asyncio.create_task, work())  # -> dropped passed-uncalled
        loop.call_soon(asyncio.create_task, work())  # -> dropped passed-uncalled
