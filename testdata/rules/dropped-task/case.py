"""Tasks thrown away where they are made, in every kind of place."""

import asyncio


async def work(*args):
    await asyncio.sleep(1)


def report(task):
    print(task)


async def statement(items):
    asyncio.create_task(work())  # expect: UND001
    asyncio.ensure_future(work())  # expect: UND001
    asyncio.Task(work())  # expect: UND001
    for item in items:
        asyncio.create_task(work(item), name=f"work {item}")  # expect: UND001


async def several_lines(items):
    asyncio.create_task(  # expect: UND001
        work(
            items,  # the whole list
        ),
        name="work",
    )


async def branches(kind):
    if kind == "a":
        asyncio.create_task(work("a"))  # expect: UND001
    elif kind == "b":
        asyncio.create_task(work("b"))  # expect: UND001
    else:
        asyncio.create_task(work("c"))  # expect: UND001
    try:
        asyncio.create_task(work("d"))  # expect: UND001
    except RuntimeError:
        asyncio.create_task(work("e"))  # expect: UND001
    finally:
        asyncio.create_task(work("f"))  # expect: UND001
    async with asyncio.Lock():
        asyncio.create_task(work("g"))  # expect: UND001
    while kind:
        asyncio.create_task(work("h"))  # expect: UND001
        break
    match kind:
        case "i":
            asyncio.create_task(work("i"))  # expect: UND001
        case [first, *_]:
            asyncio.create_task(work(first))  # expect: UND001


async def chain():
    asyncio.create_task(work()).add_done_callback(report)  # expect: UND001
    asyncio.create_task(work()).set_name("work")  # expect: UND001
    (
        asyncio.ensure_future(  # expect: UND001
            work()
        ).add_done_callback(report)
    )


async def expression(flag):
    asyncio.create_task(work()) if flag else None  # expect: UND001
    flag and asyncio.create_task(work())  # expect: UND001
    flag or asyncio.create_task(work())  # expect: UND001
    (asyncio.create_task(work()),)  # expect: UND001
    print(asyncio.create_task(work()))  # expect: UND001


class Service:
    """Methods of every kind."""

    def __init__(self):
        asyncio.create_task(self.run())  # expect: UND001

    async def run(self):
        asyncio.create_task(self.step())  # expect: UND001

    async def step(self):
        pass

    @classmethod
    async def make(cls):
        asyncio.create_task(work(cls))  # expect: UND001

    @staticmethod
    async def help():
        asyncio.create_task(work())  # expect: UND001

    @property
    def started(self):
        asyncio.create_task(self.run())  # expect: UND001
        return True


async def nested():
    async def inner():
        asyncio.create_task(work())  # expect: UND001

    await inner()


async def futures(one, two):
    asyncio.gather(work(), work())  # expect: UND001
    asyncio.shield(work())  # expect: UND001
    asyncio.gather(one, two)
    asyncio.shield(one)
