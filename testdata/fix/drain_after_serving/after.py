"""Quart's hook, and asyncio by another name."""

import asyncio as aio
import logging

from quart import Quart

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[aio.Task[object]] = set()


async def _drain_background_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = aio.get_running_loop()
    current = aio.current_task()
    tasks = [
        task
        for task in _background_tasks
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await aio.wait(tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await aio.sleep(0)


app = Quart(__name__)


async def poll() -> None:
    while True:
        await aio.sleep(60)


@app.route("/")
async def index() -> str:
    task = aio.create_task(poll())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return "started"


@app.after_serving
async def stop() -> None:
    await _drain_background_tasks()
    print("stopped")
