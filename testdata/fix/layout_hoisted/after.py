import asyncio
import weakref

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

running = weakref.WeakSet()


async def work(name: str) -> None:
    await asyncio.sleep(1)


async def main() -> None:
    task = asyncio.create_task(work("a name that is long enough"), name="another name")
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    running.add(task)
    work_task = asyncio.create_task(
        work("a name that is long enough"), name="another name of the task"
    )
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    print(
        work_task,
        "a task",
    )
