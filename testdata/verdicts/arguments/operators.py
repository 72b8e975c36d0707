"""An operator is a method of whoever has it."""

import asyncio


class Registry:
    def __init__(self):
        self.items = []

    def __lshift__(self, task):
        self.items.append(task)
        return self


def shifted(registry, work):
    registry << asyncio.create_task(work())  # -> unsure argument
    task = asyncio.create_task(work())  # -> unsure argument
    registry << task


def compared(work):
    asyncio.create_task(work()) == 1  # -> dropped expression
