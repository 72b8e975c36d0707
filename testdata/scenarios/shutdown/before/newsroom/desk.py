"""The desk: its lifespan starts a clerk, and closes the drawers."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

from newsroom import feeds

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
    yield
    feeds.logger.debug("the drawers are closed")


app = FastAPI(lifespan=lifespan)
