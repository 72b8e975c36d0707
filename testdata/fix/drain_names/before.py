"""Names that are taken, and lines that are too long."""

import asyncio

from fastapi import FastAPI

app = FastAPI()
pending: set[asyncio.Task[None]] = set()


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


def start() -> None:
    task = asyncio.create_task(poll())
    pending.add(task)
    task.add_done_callback(pending.discard)


def again() -> None:
    asyncio.create_task(poll())


def _drain_pending() -> None:
    pending.clear()


@app.on_event("shutdown")
async def close(
    reason: str = "",
) -> None:
    print(reason)
