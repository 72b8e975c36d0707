import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work() -> None:
    await asyncio.sleep(1)


async def main() -> None:
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard) \

    print("a")
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)


async def chained(print_it) -> None:
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(print_it)
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    work_task.get_coro() \
        .throw(ValueError)
