"""The feeds: started with the application, and never stopped."""

import asyncio
import logging

from fastapi import FastAPI

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def _drain_pollers() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task for task in _pollers if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logger.warning("%r did not stop within 5 seconds", task)
    await asyncio.sleep(0)


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

app = FastAPI()
_pollers: list[asyncio.Task[None]] = []


async def poll(feed: str) -> None:
    """Ask a feed for news, again and again."""
    while True:
        logger.debug("polling %s", feed)
        await asyncio.sleep(60)


@app.on_event("startup")
async def start() -> None:
    """Poll every feed."""
    for feed in ("local", "world"):
        _pollers.append(asyncio.create_task(poll(feed)))
    task = asyncio.create_task(poll("weather"))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


@app.on_event("shutdown")
async def stop() -> None:
    """Say goodbye."""
    await _drain_pollers()
    await _drain_background_tasks()
    print("the newsroom closes")
