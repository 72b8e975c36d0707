"""An unused variable is one thing, its task another."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


async def main():
    one = asyncio.create_task(work())  # noqa: RUF006
    two = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(two)
    two.add_done_callback(_background_tasks.discard)
    three = asyncio.create_task(work())  # undangle: ignore[unread-task]
