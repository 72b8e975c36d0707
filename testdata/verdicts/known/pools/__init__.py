"""A package that makes tasks for others."""

import asyncio


class Pool:
    def spawn(self, coroutine):
        return asyncio.create_task(coroutine)  # -> held returned


def spawn(coroutine):
    return asyncio.create_task(coroutine)  # -> held returned
