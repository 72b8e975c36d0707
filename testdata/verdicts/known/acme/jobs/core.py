"""Wrappers that others know by the folder's name, too."""

import asyncio


class Queue:
    def put(self, coroutine):
        return asyncio.create_task(coroutine)  # -> held returned


def put(coroutine):
    return asyncio.create_task(coroutine)  # -> held returned
