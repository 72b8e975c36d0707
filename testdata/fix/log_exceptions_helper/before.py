"""A helper keeps the tasks, so it has their failures logged."""

import asyncio


async def work() -> None:
    await asyncio.sleep(1)


def start() -> None:
    asyncio.create_task(work())
    return asyncio.ensure_future(work()) and None
