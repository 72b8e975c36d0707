"""What is in a tracker has to be tasks, as far as can be seen."""

import asyncio
import concurrent.futures
import logging
from collections import deque
from typing import Any, Final

from quart import Quart


async def _drain_constant() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task for task in constant if task is not current and task.get_loop() is loop
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


async def _drain_queue() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [task for task in queue if task is not current and task.get_loop() is loop]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logging.getLogger(__name__).warning(
                "%r did not stop within 5 seconds", task
            )
    await asyncio.sleep(0)


async def _drain_by_name() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in by_name.values()
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


app = Quart(__name__)

constant: Final[set[asyncio.Task[None]]] = set()
queue = deque()
by_name = {}
listed: dict[str, list[asyncio.Task[None]]] = {}
mixed = []
threads: set[concurrent.futures.Future[Any]] = set()


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


def start(name: str, loop: asyncio.AbstractEventLoop) -> None:
    constant.add(asyncio.create_task(poll()))
    queue.append(asyncio.create_task(poll()))
    task = asyncio.create_task(poll())
    by_name[name] = task
    listed.setdefault(name, []).append(asyncio.create_task(poll()))
    mixed.append(asyncio.create_task(poll()))
    mixed.append("a word")
    threads.add(asyncio.run_coroutine_threadsafe(poll(), loop))


def count() -> int:
    return len(constant) + len(queue) + len(by_name)


@app.after_serving
async def stop() -> None:
    await _drain_constant()
    await _drain_queue()
    await _drain_by_name()
    print("stopped")
