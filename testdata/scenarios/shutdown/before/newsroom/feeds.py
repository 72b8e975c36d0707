"""The feeds: started with the application, and never stopped."""

import asyncio
import logging

from fastapi import FastAPI

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
    asyncio.create_task(poll("weather"))


@app.on_event("shutdown")
async def stop() -> None:
    """Say goodbye."""
    print("the newsroom closes")
