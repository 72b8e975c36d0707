"""What aiohttp cleans up."""

import asyncio
import logging

from aiohttp import web


async def _drain_pending() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in _pending.values()
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await asyncio.sleep(0)


_pending: "dict[str, asyncio.Task[None]]" = {}


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


async def start(request: web.Request) -> web.Response:
    _pending[request.path] = asyncio.create_task(poll())
    return web.Response()


async def clean_up(app: web.Application) -> None:
    await _drain_pending()
    # The pool goes last.
    await app["pool"].close()


def make() -> web.Application:
    app = web.Application()
    app.router.add_get("/start", start)
    app.on_cleanup.append(clean_up)
    return app
