import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work() -> None:
    await asyncio.sleep(1)


async def comments(flag: bool) -> None:
    a = asyncio.create_task(work())
    _background_tasks.add(a)
    a.add_done_callback(_background_tasks.discard)
    b = asyncio.create_task(work())  # noqa: E501
    _background_tasks.add(b)
    b.add_done_callback(_background_tasks.discard)
    c = asyncio.create_task(work())  # noqa: E501 - on purpose
    _background_tasks.add(c)
    c.add_done_callback(_background_tasks.discard)
    d = asyncio.create_task(work())
    _background_tasks.add(d)
    d.add_done_callback(_background_tasks.discard)
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(work())  # type: ignore[misc]  # see above
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task_2 = asyncio.create_task(work())
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    # noinspection PyUnresolvedReferences
    background_task_3 = asyncio.create_task(work())
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
    if flag:
        background_task_4 = asyncio.create_task(work())
        _background_tasks.add(background_task_4)
        background_task_4.add_done_callback(_background_tasks.discard)
    e = f = asyncio.create_task(work())  # noqa: F841
    _background_tasks.add(f)
    f.add_done_callback(_background_tasks.discard)
    g, h = asyncio.create_task(work()), 1  # noqa: F841
    _background_tasks.add(g)
    g.add_done_callback(_background_tasks.discard)
    background_task_5 = asyncio.create_task(work())  # type: ignore
    _background_tasks.add(background_task_5)
    background_task_5.add_done_callback(_background_tasks.discard)
    background_task_6 = asyncio.create_task(
        work(),
    )
    _background_tasks.add(background_task_6)
    background_task_6.add_done_callback(_background_tasks.discard)
