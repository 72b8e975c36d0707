"""The lifespan ends what the application keeps."""

import asyncio
import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI

logger = logging.getLogger(__name__)


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Start the watcher, and open what the routes use."""
    asyncio.create_task(watch())
    pool = await connect()
    # The application runs.
    yield {"pool": pool}  # until somebody stops it
    await pool.close()


async def connect():
    raise NotImplementedError


app = FastAPI(lifespan=lifespan)
