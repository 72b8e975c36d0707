import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(n=0): ...


async def f(c, d, cb):
    if c:
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    if not c:
        work_task = asyncio.create_task(work())
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
    if c:
        background_task = asyncio.create_task(work(1))
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
    else:
        background_task = asyncio.create_task(work(2))
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
    if c:
        background_task_2 = asyncio.create_task(work())
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)
    else:
        print(d)
    if c:
        background_task_3 = asyncio.create_task(work())
        _background_tasks.add(background_task_3)
        background_task_3.add_done_callback(_background_tasks.discard)
    if not c:
        background_task_4 = asyncio.create_task(work())
        _background_tasks.add(background_task_4)
        background_task_4.add_done_callback(_background_tasks.discard)
    if c:
        background_task_5 = asyncio.create_task(work())
        _background_tasks.add(background_task_5)
        background_task_5.add_done_callback(_background_tasks.discard)
    if c and d:
        background_task_6 = asyncio.create_task(work())
        _background_tasks.add(background_task_6)
        background_task_6.add_done_callback(_background_tasks.discard)
    if not (c or d):
        background_task_7 = asyncio.create_task(work())
        _background_tasks.add(background_task_7)
        background_task_7.add_done_callback(_background_tasks.discard)
    if not (c == d):
        background_task_8 = asyncio.create_task(work())
        _background_tasks.add(background_task_8)
        background_task_8.add_done_callback(_background_tasks.discard)
    if c:
        background_task_9 = asyncio.create_task(work())
        _background_tasks.add(background_task_9)
        background_task_9.add_done_callback(_background_tasks.discard)
        background_task_9.add_done_callback(cb)
    if d:
        if c:
            background_task_10 = asyncio.create_task(work())
            _background_tasks.add(background_task_10)
            background_task_10.add_done_callback(_background_tasks.discard)
    if c(d):
        background_task_11 = asyncio.create_task(
            work("a long argument to fill the line, a very long one")
        )
        _background_tasks.add(background_task_11)
        background_task_11.add_done_callback(_background_tasks.discard)
