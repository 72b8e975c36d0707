"""One-line suites and semicolons, which formatters would split."""
# fmt: off

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): pass


async def suites(flag, items):
    if flag:
        task = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        task = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    for item in items:
        work_task = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
    while flag:
        background_task = asyncio.create_task(work())
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
        flag = False  # expect: UND001
    try:
        background_task_2 = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)
    finally: pass
    with open("log") as log:
        background_task_3 = asyncio.create_task(work())  # expect: UND001
        _background_tasks.add(background_task_3)
        background_task_3.add_done_callback(_background_tasks.discard)
    match flag:
        case True:
            background_task_4 = asyncio.create_task(work())  # expect: UND001
            _background_tasks.add(background_task_4)
            background_task_4.add_done_callback(_background_tasks.discard)


async def semicolons(x):
    x = 1
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    x = 2  # expect: UND001
    background_task = asyncio.create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task_2 = asyncio.create_task(work())  # expect: UND001, UND001
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)


def one_line():
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


class OneLine: asyncio.ensure_future(work())  # expect: UND001
