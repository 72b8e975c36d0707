import asyncio


async def work() -> None:
    await asyncio.sleep(1)


async def comments() -> None:
    a = asyncio.create_task(work())  # noqa: F841
    asyncio.create_task(work())  # type: ignore[unused-awaitable]
