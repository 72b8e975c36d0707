"""Of this class there may be many, and the module's set is for all of them."""

import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def _drain_background_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in _background_tasks
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await asyncio.sleep(0)


async def work() -> None:
    await asyncio.sleep(60)


class Manager:
    async def start(self) -> None:
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

    async def close(self) -> None:
        print("closed")


async def main() -> None:
    managers = [Manager(), Manager()]
    for manager in managers:
        await manager.start()
    for manager in managers:
        await manager.close()


asyncio.run(main())
