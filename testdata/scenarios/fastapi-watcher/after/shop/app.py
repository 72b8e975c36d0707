"""A web application that watches its settings."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

log = logging.getLogger(__name__)


async def watch_settings() -> None:
    """Reload the settings whenever they change."""
    changes: asyncio.Queue[str] = asyncio.Queue()
    while True:
        log.info("changed: %s", await changes.get())


async def log_requests(requests: set[asyncio.Task[None]]) -> None:
    """Say how many requests are open, whenever somebody asks."""
    asked = asyncio.Event()
    while True:
        await asked.wait()
        log.debug("%d open requests", len(requests))


async def startup() -> None:
    task = asyncio.create_task(watch_settings())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    requests: set[asyncio.Task[None]] = set()
    app.state.requests = requests
    await startup()
    log_requests_task = asyncio.create_task(log_requests(requests))
    _background_tasks.add(log_requests_task)
    log_requests_task.add_done_callback(_background_tasks.discard)
    yield
    for task in requests:
        task.cancel()


app = FastAPI(lifespan=lifespan)
