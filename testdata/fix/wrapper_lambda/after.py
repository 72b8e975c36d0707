import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work() -> None:
    await asyncio.sleep(1)


spawn = lambda coro: asyncio.create_task(coro)  # noqa: E731


async def main() -> None:
    spawn(work())
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    spawn(work())
