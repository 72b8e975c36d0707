"""Sites that opt out by a comment, and comments that opt out of something else."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


async def opted_out():
    asyncio.create_task(work())  # noqa
    asyncio.create_task(work())  # noqa: RUF006
    asyncio.create_task(work())  # noqa: E501,UND001
    asyncio.create_task(work())  # fire and forget # noqa: UND
    asyncio.create_task(work())  # undangle: ignore
    asyncio.create_task(work())  # undangle: ignore[UND001, RUF006]
    asyncio.create_task(
        work(),
        name="work",
    )  # noqa: RUF006
    # undangle: ignore[dropped-task]
    asyncio.create_task(work())
    asyncio.create_task(work())  # ruff: ignore[RUF006]
    # ruff: ignore[E501, asyncio-dangling-task] by design

    # They end by themselves.
    asyncio.create_task(work())


async def opted_out_for_a_while():
    # ruff: disable[RUF006, E501]
    asyncio.create_task(work())
    if work:
        asyncio.create_task(work())
    # ruff: enable[E501]
    asyncio.create_task(work())
    # ruff: enable[RUF006, E501]
    task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    if work:
        # ruff: disable[RUF006]
        asyncio.create_task(work())
    work_task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)


async def not_opted_out():
    task = asyncio.create_task(work())  # ruff: ignore[E501]  # expect: UND001
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(work())  # ruff: ignore  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    await work()  # ruff: disable[RUF006]
    background_task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task_2 = asyncio.create_task(work())  # noqa: F841  # expect: UND001
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    background_task_3 = asyncio.create_task(work())  # expect: UND001, UND201
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
    background_task_4 = asyncio.create_task(work(), name="# noqa")  # expect: UND001
    _background_tasks.add(background_task_4)
    background_task_4.add_done_callback(_background_tasks.discard)
    # noqa: RUF006
    background_task_5 = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(background_task_5)
    background_task_5.add_done_callback(_background_tasks.discard)
