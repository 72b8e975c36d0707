"""A wrapper, and other names for it."""

import asyncio


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned


def kept(coro):
    KEPT.add(asyncio.create_task(coro))  # -> held container


KEPT = set()
go = spawn
keep_going = kept


class Pool:
    def spawn_in_pool(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    launch = spawn_in_pool


POOL = Pool()
pooled = POOL.spawn_in_pool
