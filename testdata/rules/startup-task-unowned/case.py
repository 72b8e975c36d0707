"""Tasks made as the application starts."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

_tasks: list[asyncio.Task[None]] = []
app = FastAPI()


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


early = asyncio.create_task(watch())  # expect: UND105


@app.on_event("startup")
async def startup() -> None:
    asyncio.create_task(watch())  # noqa: UND001
    _tasks.append(asyncio.create_task(watch()))


@app.on_event("shutdown")
async def shutdown() -> None:
    for task in _tasks:
        task.cancel()
    await asyncio.wait(_tasks, timeout=5)


@app.get("/")
async def index() -> None:
    watcher = asyncio.create_task(watch())
    await watcher


@asynccontextmanager
async def lifespan(app):
    stopped = asyncio.create_task(watch())
    left = asyncio.create_task(watch())  # expect: UND105
    yield left.get_name()
    stopped.cancel()
    await asyncio.wait([stopped], timeout=5)
    await asyncio.create_task(asyncio.sleep(1))


other = FastAPI(lifespan=lifespan)


@asynccontextmanager
async def transaction():
    beat = asyncio.create_task(watch())
    yield beat.get_name()
