import asyncio
from typing import Any, Literal, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


NAMES = ("ping", "pong")
Name = Literal[*NAMES]


async def work(name: Name) -> None:
    await asyncio.sleep(len(name))


async def main(registry, *keys: str) -> None:
    _keep_task(asyncio.create_task(work("ping")))
    print(registry[*keys], _keep_task(asyncio.create_task(work(registry[1, *keys]))))
