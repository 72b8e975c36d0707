"""A siren that swallows its cancellation, and a clean-up that must not wait for it for good."""

import asyncio
import logging


async def _drain_background_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in _background_tasks
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logger.warning("%r did not stop within 5 seconds", task)
    await asyncio.sleep(0)


logger = logging.getLogger(__name__)
_background_tasks: set[asyncio.Task[None]] = set()


async def ring() -> None:
    """Ring, whatever happens."""
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            logger.warning("ringing on")


async def count() -> None:
    """Count, and end when told to."""
    await asyncio.sleep(60)


async def start(app) -> None:
    """Ring and count in the background."""
    for work in (ring(), count()):
        task = asyncio.create_task(work)
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    await asyncio.sleep(0)


async def clean_up(app) -> None:
    """Say goodbye."""
    await _drain_background_tasks()
    logger.warning("goodbye")


def make(application):
    """Make the application."""
    app = application()
    app.on_startup.append(start)
    app.on_cleanup.append(clean_up)
    return app
