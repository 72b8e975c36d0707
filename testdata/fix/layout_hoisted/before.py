import asyncio
import weakref

running = weakref.WeakSet()


async def work(name: str) -> None:
    await asyncio.sleep(1)


async def main() -> None:
    running.add(
        asyncio.create_task(work("a name that is long enough"), name="another name"),
    )
    print(
        asyncio.create_task(
            work("a name that is long enough"), name="another name of the task"
        ),
        "a task",
    )
