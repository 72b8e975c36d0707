"""A wrapper; each module beside it wraps the one before it once more."""

import asyncio


def spawn0(work):
    return asyncio.create_task(work)  # -> held returned
