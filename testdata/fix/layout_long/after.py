"""What is longer than a formatter would have it stays as it is."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def start(work):
    task = asyncio.create_task(work("an argument", "another one"), name="the name of a task that is long")
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(work("an argument", "another one"), name="the name of another")
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    return work_task.add_done_callback(print)
