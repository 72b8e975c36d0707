"""The HTTP side: takes messages in and answers at once."""

import asyncio
import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from .cache import Cache
from .channels import send_everywhere, send_push
from .models import Message
from .worker import Worker

log = logging.getLogger(__name__)
cache = Cache()
worker = Worker()


@asynccontextmanager
async def lifespan(app: FastAPI):
    runner = asyncio.create_task(worker.run(), name="worker")
    asyncio.create_task(cache.refresh_forever())
    yield
    runner.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/messages")
async def post_message(message: Message):
    asyncio.create_task(send_everywhere(message))
    return {"status": "accepted"}


@app.post("/messages/urgent")
async def post_urgent(message: Message, request: Request):
    client = request.client.host if request.client else "unknown"
    asyncio.create_task(
        audit("urgent message", client, message.recipient),
        name=f"audit urgent message from {client}",
    )
    receipt = await asyncio.shield(asyncio.create_task(send_push(message)))
    return {"delivered": receipt.delivered}


@app.get("/recipients/{name}")
async def get_recipient(name: str, fresh: bool = False):
    if fresh:
        asyncio.create_task(cache.refresh(name))
    return await cache.get(name)


async def audit(event: str, client: str, recipient: str) -> None:
    log.info("%s from %s for %s", event, client, recipient)
    await asyncio.sleep(0)
