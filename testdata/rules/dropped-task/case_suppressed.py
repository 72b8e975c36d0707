"""Sites that opt out by a comment, and comments that opt out of something else."""

import asyncio


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
    asyncio.create_task(work())  # expect: UND001
    if work:
        # ruff: disable[RUF006]
        asyncio.create_task(work())
    asyncio.create_task(work())  # expect: UND001


async def not_opted_out():
    asyncio.create_task(work())  # ruff: ignore[E501]  # expect: UND001
    asyncio.create_task(work())  # ruff: ignore  # expect: UND001
    await work()  # ruff: disable[RUF006]
    asyncio.create_task(work())  # expect: UND001
    asyncio.create_task(work())  # noqa: F841  # expect: UND001
    asyncio.create_task(work())  # noqa: UND002  # expect: UND001, UND201
    asyncio.create_task(work(), name="# noqa")  # expect: UND001
    # noqa: RUF006
    asyncio.create_task(work())  # expect: UND001
