"""Tasks thrown away where they are made, in every kind of place."""

import asyncio
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()


async def work(*args):
    await asyncio.sleep(1)


def report(task):
    print(task)


async def statement(items):
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.ensure_future(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.Task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    for item in items:
        background_task_2 = asyncio.create_task(
            work(item), name=f"work {item}"
        )  # expect: UND001
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)


async def several_lines(items):
    task = asyncio.create_task(  # expect: UND001
        work(
            items,  # the whole list
        ),
        name="work",
    )
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


async def branches(kind):
    if kind == "a":
        task = asyncio.create_task(work("a"))  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    elif kind == "b":
        task = asyncio.create_task(work("b"))  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        task = asyncio.create_task(work("c"))  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    try:
        work_task = asyncio.create_task(work("d"))  # expect: UND001
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
    except RuntimeError:
        background_task = asyncio.create_task(work("e"))  # expect: UND001
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
    finally:
        background_task_2 = asyncio.create_task(work("f"))  # expect: UND001
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)
    async with asyncio.Lock():
        background_task_3 = asyncio.create_task(work("g"))  # expect: UND001
        _background_tasks.add(background_task_3)
        background_task_3.add_done_callback(_background_tasks.discard)
    while kind:
        background_task_4 = asyncio.create_task(work("h"))  # expect: UND001
        _background_tasks.add(background_task_4)
        background_task_4.add_done_callback(_background_tasks.discard)
        break
    match kind:
        case "i":
            background_task_5 = asyncio.create_task(work("i"))  # expect: UND001
            _background_tasks.add(background_task_5)
            background_task_5.add_done_callback(_background_tasks.discard)
        case [first, *_]:
            background_task_6 = asyncio.create_task(work(first))  # expect: UND001
            _background_tasks.add(background_task_6)
            background_task_6.add_done_callback(_background_tasks.discard)


async def chain():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(report)  # expect: UND001
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    work_task.set_name("work")  # expect: UND001
    background_task = asyncio.ensure_future(  # expect: UND001
        work()
    )
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task.add_done_callback(report)


async def expression(flag):
    if flag:
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)  # expect: UND001
    if flag:
        work_task = asyncio.create_task(work())
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)  # expect: UND001
    if not flag:
        background_task = asyncio.create_task(work())
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)  # expect: UND001
    background_task_2 = asyncio.create_task(work())
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    (background_task_2,)  # expect: UND001
    background_task_3 = asyncio.create_task(work())
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
    print(background_task_3)  # expect: UND001


class Service:
    """Methods of every kind."""

    def __init__(self):
        task = asyncio.create_task(self.run())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    async def run(self):
        task = asyncio.create_task(self.step())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    async def step(self):
        pass

    @classmethod
    async def make(cls):
        task = asyncio.create_task(work(cls))  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    @staticmethod
    async def help():
        task = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    @property
    def started(self):
        task = asyncio.create_task(self.run())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return True


async def nested():
    async def inner():
        task = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    await inner()


async def futures(one, two):
    future = asyncio.gather(work(), work())  # expect: UND001
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
    work_future = asyncio.shield(work())  # expect: UND001
    _background_tasks.add(work_future)
    work_future.add_done_callback(_background_tasks.discard)
    asyncio.gather(one, two)
    asyncio.shield(one)
