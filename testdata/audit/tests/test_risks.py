import asyncio

from shop.risks import once


async def check() -> None:
    asyncio.create_task(once())  # -> medium dropped
    task = asyncio.create_task(once())  # -> none
    await asyncio.wait_for(task, timeout=1)


def test_once() -> None:
    asyncio.run(check())
