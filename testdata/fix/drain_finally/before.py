"""The lifespan has a `finally` already."""

import asyncio
from contextlib import asynccontextmanager

from starlette.applications import Starlette

_background_tasks: set["asyncio.Task[None]"] = set()


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app):
    async with app.state.client:
        task = asyncio.create_task(watch())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        try:
            yield
        finally:
            # The last thing.
            app.state.closed = True


app = Starlette(lifespan=lifespan)
