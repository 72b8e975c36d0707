import asyncio
import sys

if sys.version_info >= (3, 11):
    from asyncio import create_task
else:

    def create_task(coro, *, name=None, context=None):
        return asyncio.create_task(coro, name=name)
