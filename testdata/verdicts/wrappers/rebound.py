"""A wrapper under a name that something else may stand for, too."""

import asyncio

from elsewhere import kept


def spawn(coro):
    return asyncio.create_task(coro)  # -> held returned


spawn = kept(spawn)


def start(work):
    spawn(work())  # -> unsure rebinding
