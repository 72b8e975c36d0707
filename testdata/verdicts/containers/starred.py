"""Tasks of `map`, unpacked into a literal."""

import asyncio


def discarded(all_work):
    [*map(asyncio.create_task, all_work)]  # -> dropped passed-uncalled


def counted(all_work):
    tasks = [*map(asyncio.create_task, all_work)]  # -> dropped passed-uncalled
    print(len(tasks))


def in_a_set(all_work):
    tasks = {*map(asyncio.create_task, all_work)}  # -> dropped passed-uncalled
    print(len(tasks))


def returned(all_work):
    return [*map(asyncio.create_task, all_work)]  # -> held returned


async def gathered(all_work):
    tasks = [*map(asyncio.create_task, all_work)]  # -> held gathered
    await asyncio.gather(*tasks)  # -> held awaited


async def nested(all_work):
    first, *rest = [*map(asyncio.create_task, all_work)]  # -> held gathered
    await asyncio.gather(first, *rest)  # -> held awaited
