"""A double quote among many single ones is a slip, and one around an apostrophe is none."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: 'set[asyncio.Task[object]]' = set()

NAMES = {'first': 'one', 'second': 'two', 'third': 'three'}
MORE = ['four', 'five', 'six', 'seven', "eight"]
WORDS = "can't"


async def work():
    print(f"it's {NAMES}")


def start():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
