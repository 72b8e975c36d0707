"""The desk: its lifespan starts a clerk, and closes the drawers."""

import asyncio
import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI

from newsroom import feeds


async def _drain_clerks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task for task in _clerks if task is not current and task.get_loop() is loop
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


_clerks: set[asyncio.Task[None]] = set()


async def file_papers() -> None:
    """File what lies about, again and again."""
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Keep a clerk as long as the application runs."""
    task = asyncio.create_task(file_papers())
    _clerks.add(task)
    task.add_done_callback(_clerks.discard)
    feeds.logger.debug("the desk opens")
    try:
        yield
    finally:
        await _drain_clerks()
    feeds.logger.debug("the drawers are closed")


app = FastAPI(lifespan=lifespan)
