import asyncio
from contextlib import suppress

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


async def one_line(x):
    if x:
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        print(x)
        task = asyncio.create_task(work())  # last
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    with suppress(Exception):
        work_task = asyncio.create_task(work())
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
    try:
        background_task = asyncio.create_task(work())
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
    except ValueError: pass
    finally:
        t = asyncio.create_task(work())
        _background_tasks.add(t)
        t.add_done_callback(_background_tasks.discard)
    for _i in x:
        background_task_2 = asyncio.create_task(work())
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)
        break
    while x:
        background_task_3 = asyncio.create_task(work());
        _background_tasks.add(background_task_3)
        background_task_3.add_done_callback(_background_tasks.discard)
    print(x)
    background_task_4 = asyncio.create_task(work())
    _background_tasks.add(background_task_4)
    background_task_4.add_done_callback(_background_tasks.discard)
    print(x)
    background_task_5 = asyncio.create_task(work())
    _background_tasks.add(background_task_5)
    background_task_5.add_done_callback(_background_tasks.discard)
    background_task_6 = asyncio.create_task(work())
    _background_tasks.add(background_task_6)
    background_task_6.add_done_callback(_background_tasks.discard)
    if x:
        background_task_7 = asyncio.create_task(work())
        _background_tasks.add(background_task_7)
        background_task_7.add_done_callback(_background_tasks.discard)
    match x:
        case 1:
            background_task_8 = asyncio.create_task(work())
            _background_tasks.add(background_task_8)
            background_task_8.add_done_callback(_background_tasks.discard)
        case _: pass


async def whole():
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
