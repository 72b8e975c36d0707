"""One-line suites and semicolons, which formatters would split."""
# fmt: off

import asyncio


async def work(): pass


async def suites(flag, items):
    if flag: asyncio.create_task(work())  # expect: UND001
    else: asyncio.create_task(work())  # expect: UND001
    for item in items: asyncio.create_task(work())  # expect: UND001
    while flag: asyncio.create_task(work()); flag = False  # expect: UND001
    try: asyncio.create_task(work())  # expect: UND001
    finally: pass
    with open("log") as log: asyncio.create_task(work())  # expect: UND001
    match flag:
        case True: asyncio.create_task(work())  # expect: UND001


async def semicolons(x):
    x = 1; asyncio.create_task(work())  # expect: UND001
    asyncio.create_task(work()); x = 2  # expect: UND001
    asyncio.create_task(work()); asyncio.create_task(work())  # expect: UND001, UND001


def one_line(): asyncio.create_task(work())  # expect: UND001


class OneLine: asyncio.ensure_future(work())  # expect: UND001
