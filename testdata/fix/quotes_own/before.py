"""Three strings in single quotes are a choice, whatever documentation is in."""

import asyncio

NAMES = {'first': 'one', 'second': 'two'}


async def work():
    """Work."""
    print('working')


def start():
    asyncio.create_task(work())
