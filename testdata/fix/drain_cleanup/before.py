"""What aiohttp cleans up."""

import asyncio

from aiohttp import web

_pending: "dict[str, asyncio.Task[None]]" = {}


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


async def start(request: web.Request) -> web.Response:
    _pending[request.path] = asyncio.create_task(poll())
    return web.Response()


async def clean_up(app: web.Application) -> None:
    # The pool goes last.
    await app["pool"].close()


def make() -> web.Application:
    app = web.Application()
    app.router.add_get("/start", start)
    app.on_cleanup.append(clean_up)
    return app
