"""Comments that suppress nothing, among some that do."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


async def unused(run):
    await work()  # expect: UND201
    await asyncio.create_task(work())  # expect: UND201
    await asyncio.create_task(work())  # noqa: E501, F841  # expect: UND201
    await work()  # because # expect: UND201
    await work()  # expect: UND201
    await work()  # type: ignore # expect: UND201
    asyncio.create_task(work())  # undangle: ignore[UND001]  # expect: UND201
    task = asyncio.create_task(work())  # expect: UND001, UND201
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    # expect: UND201
    await work()
    # expect: UND201

    work_task = asyncio.create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)


async def used(run):
    asyncio.create_task(work())  # noqa: UND001
    asyncio.create_task(work())  # undangle: ignore[UND001, RUF006]
    asyncio.create_task(
        work(),
        name="work",
    )  # undangle: ignore[UND0]
    # undangle: ignore[UND001]
    asyncio.create_task(work())
    asyncio.create_task(work())  # undangle: ignore[UND001]  # noqa: UND001
    run(asyncio.create_task(work()))  # undangle: ignore[UND001]
    await asyncio.create_task(work())  # noqa: RUF006, F841
    await asyncio.create_task(work())  # noqa
    await asyncio.create_task(work())  # undangle: ignore[UND001, UND201]
    text = "# undangle: ignore[UND001]"
    print(text)


async def in_brackets():
    return (
        # undangle: ignore[UND001]  # expect: UND201
        await work()
    )


# expect: UND201
