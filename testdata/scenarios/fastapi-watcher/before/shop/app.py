"""A web application that watches its settings."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

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
    asyncio.create_task(watch_settings())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    requests: set[asyncio.Task[None]] = set()
    app.state.requests = requests
    await startup()
    asyncio.create_task(log_requests(requests))
    yield
    for task in requests:
        task.cancel()


app = FastAPI(lifespan=lifespan)
