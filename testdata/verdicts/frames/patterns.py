"""Names that patterns and `finally` use."""

import asyncio

S = set()


async def work(): ...


def spawn(c):
    try:
        return (t := asyncio.create_task(c))  # -> held container
    finally:
        S.add(t)


async def b5(c):
    try:
        return (t := asyncio.create_task(c))  # -> held container
    finally:
        S.add(t)


async def b5b(c):
    try:
        t = asyncio.create_task(c)  # -> held container
        return 1
    finally:
        S.add(t)


async def b5c(c):
    try:
        return bool(t := asyncio.create_task(c))  # -> dropped touched
    finally:
        print(t)


async def b7():
    match asyncio.create_task(work()):  # -> unsure argument
        case t:
            await t


async def b7b():
    match asyncio.create_task(work()):  # -> unsure argument
        case asyncio.Task() as t:
            await t


async def b7c():
    match asyncio.create_task(work()):  # -> dropped expression
        case None:
            pass


async def b7d():
    match asyncio.create_task(work()):  # -> unsure argument
        case t:
            pass


async def b7e(x):
    match (asyncio.create_task(work()), x):  # -> unsure argument
        case (t, 1):
            await t


async def b7f():
    match asyncio.create_task(work()):  # -> dropped expression
        case _:
            pass


async def b7g():
    t = asyncio.create_task(work())  # -> unsure argument
    match t:
        case None:
            pass
        case other:
            S.add(other)


async def loc():
    t = None
    while True:
        if t is None:
            t = asyncio.create_task(work())  # -> held frame
        print(locals()["t"])
        await asyncio.sleep(1)


async def calls():
    spawn(work())  # -> managed wrapper


async def b7h(x):
    match asyncio.create_task(work()):  # -> unsure argument
        case [t, *_] | {"task": t}:
            await t
        case _ if x:
            pass
