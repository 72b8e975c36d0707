"""Comments that suppress nothing, among some that do."""

import asyncio


async def work():
    pass


async def unused(run):
    await work()  # undangle: ignore[UND001]  # expect: UND201
    await asyncio.create_task(work())  # noqa: UND001  # expect: UND201
    await asyncio.create_task(work())  # noqa: E501, UND001, F841  # expect: UND201
    await work()  # undangle: ignore[UND001, UND002] because # expect: UND201
    await work()  # undangle: ignore[dropped-task]  # expect: UND201
    await work()  # undangle: ignore[UND0] # type: ignore # expect: UND201
    asyncio.create_task(work())  # undangle: ignore[UND001, UND002]  # expect: UND201
    asyncio.create_task(work())  # noqa: UND002  # expect: UND001, UND201
    # undangle: ignore[UND003]  # expect: UND201
    await work()
    # undangle: ignore[UND001]  # expect: UND201

    asyncio.create_task(work())  # expect: UND001


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


# undangle: ignore[UND001]  # expect: UND201
