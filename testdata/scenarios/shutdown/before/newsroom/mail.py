"""The mail: started with the application, and stopped with it."""

import asyncio

from fastapi import FastAPI

app = FastAPI()
_senders: list[asyncio.Task[None]] = []


async def send() -> None:
    """Send what has come in, again and again."""
    while True:
        await asyncio.sleep(60)


@app.on_event("startup")
async def start() -> None:
    """Send with two hands."""
    for _ in range(2):
        _senders.append(asyncio.create_task(send()))


@app.on_event("shutdown")
async def stop() -> None:
    """Cancel the senders, and wait until they are gone."""
    for task in _senders:
        task.cancel()
    await asyncio.wait_for(asyncio.gather(*_senders, return_exceptions=True), timeout=5)
    await asyncio.sleep(0)
