"""The lifespan has a `finally` already."""

import asyncio
import logging
from contextlib import asynccontextmanager

from starlette.applications import Starlette


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


_background_tasks: set["asyncio.Task[None]"] = set()


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app):
    async with app.state.client:
        task = asyncio.create_task(watch())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        try:
            yield
        finally:
            await _drain_background_tasks()
            # The last thing.
            app.state.closed = True


app = Starlette(lifespan=lifespan)
