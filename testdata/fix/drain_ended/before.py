"""Somebody ends these tasks already."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

_tasks = set()


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app):
    task = asyncio.create_task(poll())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    yield
    for task in _tasks:
        task.cancel()
    await asyncio.gather(*_tasks, return_exceptions=True)


app = FastAPI(lifespan=lifespan)
