"""Functions that keep what they make, and callers that keep what they get."""

import asyncio

_tasks = set()


async def work(*args):
    await asyncio.sleep(1)


def keeps(coro):
    task = asyncio.create_task(coro)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


def create_task(coro):
    return keeps(coro)


def fresh(coro):
    return asyncio.create_task(coro)


async def main():
    keeps(work())
    create_task(work())
    await fresh(work())
    task = fresh(work())
    await task


class Service:
    def __init__(self):
        self.tasks = []

    def ensure_future(self, coro):
        self.tasks.append(asyncio.ensure_future(coro))
        return self.tasks[-1]

    async def run(self):
        self.ensure_future(work())
