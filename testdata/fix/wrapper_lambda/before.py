import asyncio


async def work() -> None:
    await asyncio.sleep(1)


spawn = lambda coro: asyncio.create_task(coro)  # noqa: E731


async def main() -> None:
    spawn(work())
    asyncio.create_task(work())
    spawn(work())
