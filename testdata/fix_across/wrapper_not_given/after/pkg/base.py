import asyncio

from pkg.util import spawn_named


class Base:
    def dispatch(self, coro):
        return asyncio.create_task(coro)

    def named(self, coro):
        return spawn_named(coro, "n")
