# -*- coding: latin-1 -*-
import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def f(x):
    task = asyncio.create_task(x("éè"))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(x) # é
    background_task = asyncio.create_task(x("é"))
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    print(background_task)
