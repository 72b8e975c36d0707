"""An application that keeps its workers in a list, and leaves them there."""

import asyncio
import logging

from fastapi import FastAPI

log = logging.getLogger(__name__)
app = FastAPI()
workers: list[asyncio.Task[None]] = []


async def work(queue: asyncio.Queue[str]) -> None:
    """Do one job after the other."""
    while True:
        job = await queue.get()
        try:
            log.info("did %s", job)
        except Exception:
            log.exception("could not do %s", job)


@app.on_event("startup")
async def start_workers() -> None:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for _ in range(3):
        workers.append(asyncio.create_task(work(queue)))


@app.on_event("shutdown")
async def say_goodbye() -> None:
    log.info("%d workers", len(workers))
