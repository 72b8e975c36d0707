"""The lifespan ends what the application keeps."""

import asyncio
import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI

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
            logger.warning("%r did not stop within 5 seconds", task)
    await asyncio.sleep(0)


logger = logging.getLogger(__name__)


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Start the watcher, and open what the routes use."""
    task = asyncio.create_task(watch())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    pool = await connect()
    # The application runs.
    try:
        yield {"pool": pool}  # until somebody stops it
    finally:
        await _drain_background_tasks()
    await pool.close()


async def connect():
    raise NotImplementedError


app = FastAPI(lifespan=lifespan)
