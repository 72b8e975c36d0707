"""Three strings in single quotes are a choice, whatever documentation is in."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: 'set[asyncio.Task[object]]' = set()

NAMES = {'first': 'one', 'second': 'two'}


async def work():
    """Work."""
    print('working')


def start():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
