"""A yield over several lines moves as a whole."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app):
    asyncio.create_task(watch())
    async with app.client as client, app.pool as pool:
        yield {
            "client": client,
            "pool": pool,
        }


app = FastAPI(lifespan=lifespan)
