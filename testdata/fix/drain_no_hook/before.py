"""Nothing in this file ends anything."""

from asyncio import create_task, sleep


async def poll() -> None:
    while True:
        await sleep(60)


def start() -> None:
    create_task(poll())
