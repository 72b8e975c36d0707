import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(n=0): ...


async def poll():
    while True:
        await asyncio.sleep(1)


async def serves(server):
    _keep_task(asyncio.create_task(work()))
    async with server:
        await server.serve_forever()


async def calls_a_loop():
    _keep_task(asyncio.create_task(work()))
    await poll()


async def polls(queue):
    while True:
        item = await queue.get()
        _keep_task(asyncio.create_task(work(item)))


async def listens(stream):
    async for item in stream:
        _keep_task(asyncio.create_task(work(item)))


async def is_told(stop, flag):
    if flag:
        _keep_task(asyncio.create_task(work()))
    while not stop.is_set():
        await asyncio.sleep(1)


async def logs(stop: asyncio.Event):
    print("started", _keep_task(asyncio.create_task(work())))
    await stop.wait()


def runs():
    loop = asyncio.new_event_loop()
    flag and _keep_task(loop.create_task(work()))
    loop.run_forever()
