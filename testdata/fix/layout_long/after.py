"""What is longer than a formatter would have it stays as it is."""

import asyncio

_background_tasks: "set[asyncio.Task[object]]" = set()


def start(work):
    task = asyncio.create_task(work("an argument", "another one"), name="the name of a task that is long")
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.create_task(work("an argument", "another one"), name="the name of another")
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    return background_task.add_done_callback(print)
