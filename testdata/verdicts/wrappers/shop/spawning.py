"""Wrappers: some keep their task, some do not."""

import asyncio

KEPT = set()


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned


def spawn_twice_removed(coro):
    return spawn(coro)  # -> held returned


def spawn_kept(coro):
    task = asyncio.create_task(coro)  # -> held container
    KEPT.add(task)
    task.add_done_callback(KEPT.discard)
    return task


def ensure_future(coro):
    KEPT.add(asyncio.ensure_future(coro))  # -> held container


def spawn_if_named(coro, name=None):
    task = asyncio.create_task(coro)  # -> held returned
    if name:
        KEPT.add(task)
    return task


async def dispatch(work, inline=False):
    if inline:
        return await work()
    return asyncio.create_task(work())  # -> held returned


def several(works):
    return [asyncio.create_task(work()) for work in works]  # -> held returned


def shared(future):
    return asyncio.shield(future)  # -> held returned


def spawn_shielded(coro):
    return asyncio.shield(asyncio.create_task(coro))  # -> held returned


def spawn_for_a_while(coro):
    task = asyncio.create_task(coro)  # -> held closure
    return task.cancel


def spawn_or_wait(loop, coro):
    if loop.is_running():
        return asyncio.ensure_future(coro)  # -> held returned
    loop.run_until_complete(coro)


def spawn_unless_closed(owner, coro):
    if owner.closed:
        return None
    return asyncio.create_task(coro)  # -> held returned


class Base:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def send(self, work, inline=False):
        return dispatch(work, inline=inline)
