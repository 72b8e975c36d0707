"""Nothing in this file ends anything."""

import logging
from asyncio import Task, create_task, current_task, get_running_loop, sleep, wait

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[Task[object]] = set()


async def _drain_background_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = get_running_loop()
    current = current_task()
    tasks = [
        task
        for task in _background_tasks
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await wait(tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await sleep(0)


async def poll() -> None:
    while True:
        await sleep(60)


def start() -> None:
    task = create_task(poll())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
