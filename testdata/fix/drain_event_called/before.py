"""A shutdown handler that a route calls, too, does not tell that the application ends."""

import asyncio

from fastapi import FastAPI

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
