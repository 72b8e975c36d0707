"""The same, and its end cancels them, waits a while, and gives the loop one more turn."""

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
async def stop_workers() -> None:
    for worker in workers:
        worker.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(*workers, return_exceptions=True)
    await asyncio.sleep(0)
