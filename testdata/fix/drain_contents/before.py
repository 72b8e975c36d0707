"""What is in a tracker has to be tasks, as far as can be seen."""

import asyncio
import concurrent.futures
from collections import deque
from typing import Any, Final

from quart import Quart

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
    print("stopped")
