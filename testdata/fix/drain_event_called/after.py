"""A shutdown handler that a route calls, too, does not tell that the application ends."""

import asyncio
import logging

from fastapi import FastAPI


async def _drain_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    own_tasks = [
        task for task in tasks if task is not current and task.get_loop() is loop
    ]
    for task in own_tasks:
        task.cancel()
    if own_tasks:
        _, pending = await asyncio.wait(own_tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await asyncio.sleep(0)


app = FastAPI()
tasks: "list[asyncio.Task[None]]" = []


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


@app.on_event("startup")
async def start() -> None:
    tasks.append(asyncio.create_task(poll()))


@app.on_event("shutdown")
async def flush() -> None:
    await app.state.cache.flush()


@app.post("/flush")
async def flush_now() -> None:
    await flush()
