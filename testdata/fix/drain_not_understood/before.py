"""A lifespan that yields under a condition is left alone."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

work = []


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app):
    asyncio.create_task(poll())
    work.append(("poll", asyncio.create_task(poll())))
    if app.debug:
        yield
    else:
        yield {"ready": True}


app = FastAPI(lifespan=lifespan)
