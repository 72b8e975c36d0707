"""Quart's hook, and asyncio by another name."""

import asyncio as aio

from quart import Quart

app = Quart(__name__)


async def poll() -> None:
    while True:
        await aio.sleep(60)


@app.route("/")
async def index() -> str:
    aio.create_task(poll())
    return "started"


@app.after_serving
async def stop() -> None:
    print("stopped")
