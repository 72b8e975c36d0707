import asyncio


async def work() -> None:
    await asyncio.sleep(1)


async def comments() -> None:
    a = asyncio.create_task(work())  # noqa: RUF006, F841
    b = asyncio.create_task(work())  # noqa: F841, E501, RUF006
    asyncio.create_task(work())  # noqa: RUF006 # type: ignore[unused-awaitable]
    # ruff: ignore[RUF006]
    asyncio.create_task(work())
    c = asyncio.create_task(work())  # ruff: ignore[RUF006, F841, E501]
    # ruff: ignore[RUF006]

    # It ends by itself.
    asyncio.create_task(work())
