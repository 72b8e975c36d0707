import asyncio
import concurrent.futures
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_background_futures: set[concurrent.futures.Future[Any]] = set()


async def work(n=0): ...


async def f(xs, loop):
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    print(task)
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    print("x", work_task, background_task)
    us = []
    background_task_2 = asyncio.create_task(work())
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    us.append(background_task_2)
    for x in xs:
        t = asyncio.create_task(work(x))
        _background_tasks.add(t)
        t.add_done_callback(_background_tasks.discard)
        us.append(t)
    future = asyncio.gather(work(), work())
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
    background_future = asyncio.gather(*[asyncio.create_task(work(x)) for x in xs])
    _background_tasks.add(background_future)
    background_future.add_done_callback(_background_tasks.discard)
    background_task_3 = asyncio.create_task(work())
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
    asyncio.shield(background_task_3)
    work_future = asyncio.shield(work())
    _background_tasks.add(work_future)
    work_future.add_done_callback(_background_tasks.discard)
    background_task_4 = asyncio.create_task(work())
    _background_tasks.add(background_task_4)
    background_task_4.add_done_callback(_background_tasks.discard)
    background_task_5 = asyncio.create_task(work())
    _background_tasks.add(background_task_5)
    background_task_5.add_done_callback(_background_tasks.discard)
    background_task_4, background_task_5
    loop.call_soon(asyncio.create_task, work())
    background_future_2 = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(background_future_2)
    background_future_2.add_done_callback(_background_futures.discard)
    fut = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(fut)
    fut.add_done_callback(_background_futures.discard)
