"""Where the task is discarded from the set already, it is only put in."""

import asyncio

_tasks: "set[asyncio.Task[None]]" = set()


def start(work) -> "asyncio.Task[None]":
    task = asyncio.create_task(work())
    _tasks.add(task)
    task.set_name("work")
    task.add_done_callback(_tasks.discard)
    task.add_done_callback(print)
    return task


def use(work):
    start(work)


def other(work, done):
    task = asyncio.create_task(work())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    if done:
        task.add_done_callback(_tasks.discard)


class App:
    def __init__(self):
        self.tasks: set[asyncio.Task[None]] = set()

    def start(self, work):
        task = asyncio.create_task(work())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
        task.add_done_callback(self.tasks.discard)

    async def stop(self):
        for task in list(self.tasks):
            task.cancel()
