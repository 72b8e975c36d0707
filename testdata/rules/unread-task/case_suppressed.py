"""An unused variable is one thing, its task another."""

import asyncio


async def work():
    pass


async def main():
    one = asyncio.create_task(work())  # noqa: RUF006
    two = asyncio.create_task(work())  # noqa: F841  # expect: UND002
    three = asyncio.create_task(work())  # undangle: ignore[unread-task]
