import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


def start(flag):
    if flag:  # pragma: no cover
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    if flag:
        work_task = asyncio.create_task(work())
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
    print(flag)
    background_task = asyncio.create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    if flag:
        background_task_2 = asyncio.create_task(work())  # noqa: E501
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)
    if flag:
        background_task_3 = asyncio.create_task(work())
        _background_tasks.add(background_task_3)
        background_task_3.add_done_callback(_background_tasks.discard)
        print(background_task_3)
    if flag:  # pragma: no cover
        print(flag)
        background_task_4 = asyncio.create_task(work())
        _background_tasks.add(background_task_4)
        background_task_4.add_done_callback(_background_tasks.discard)
    if flag:
        background_task_5 = asyncio.create_task(work())  # what it is for
        _background_tasks.add(background_task_5)
        background_task_5.add_done_callback(_background_tasks.discard)
    else:  # pragma: no cover
        background_task_6 = asyncio.create_task(work())
        _background_tasks.add(background_task_6)
        background_task_6.add_done_callback(_background_tasks.discard)
