import asyncio
from contextlib import suppress


async def work(): ...


async def one_line(x):
    if x: asyncio.create_task(work())
    else: print(x); asyncio.create_task(work())  # last
    with suppress(Exception): asyncio.create_task(work())
    try: asyncio.create_task(work())
    except ValueError: pass
    finally: t = asyncio.create_task(work())
    for _i in x: asyncio.create_task(work()); break
    while x: asyncio.create_task(work());
    print(x); asyncio.create_task(work()); print(x)
    asyncio.create_task(work()); asyncio.create_task(work())
    if x: \
        asyncio.create_task(work())
    match x:
        case 1: asyncio.create_task(work())
        case _: pass


async def whole(): asyncio.create_task(work())
