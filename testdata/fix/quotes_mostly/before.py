"""A double quote among many single ones is a slip, and one around an apostrophe is none."""

import asyncio

NAMES = {'first': 'one', 'second': 'two', 'third': 'three'}
MORE = ['four', 'five', 'six', 'seven', "eight"]
WORDS = "can't"


async def work():
    print(f"it's {NAMES}")


def start():
    asyncio.create_task(work())
