"""A function of asyncio's name that keeps its tasks."""

import asyncio

KEPT = set()


def create_task(coro):
    task = asyncio.create_task(coro)  # -> held container
    KEPT.add(task)
    return task
