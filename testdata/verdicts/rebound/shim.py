"""An import shim of one function of asyncio."""

try:
    from asyncio import create_task
except ImportError:
    from backport import create_task

create_task(work())  # -> dropped discarded


async def work(): ...
