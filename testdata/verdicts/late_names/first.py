"""The first of a chain of wrappers, each known after the one before."""

import asyncio


def first(coro):
    return asyncio.create_task(coro)  # -> held returned
