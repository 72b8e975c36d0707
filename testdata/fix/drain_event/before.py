"""A handler of the shutdown event comes first."""

import asyncio

from fastapi import FastAPI

app = FastAPI()
tasks = []


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


@app.on_event("startup")
async def start() -> None:
    tasks.append(asyncio.create_task(poll()))


@app.on_event("shutdown")
async def close() -> None:
    """Close what is open."""
    await app.state.pool.close()


@app.on_event("shutdown")
async def say_goodbye() -> None:
    print("goodbye")
