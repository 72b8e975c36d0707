#!/usr/bin/env python3
# A licence.

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


# About f.
def f(loop, x):
    task = loop.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
