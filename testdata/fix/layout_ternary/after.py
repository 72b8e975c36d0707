"""The arms of a ternary in brackets are broken where they get too long."""

import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(n): ...


def started(ready, a_long_name_of_a_parameter, another_long_name_of_a_parameter):
    _ = (
        _keep_task(
            asyncio.create_task(
                work(a_long_name_of_a_parameter + another_long_name_of_)
            )
        )
        if ready
        else None
    )
    print(
        _keep_task(
            asyncio.create_task(
                work(a_long_name_of_a_parameter + another_long_name_of_)
            )
        )
        if ready
        else None
    )


async def repeated(ready, a_long_name_of_a_parameter, another_long_name_of_a_parameter):
    while True:
        (
            _keep_task(
                asyncio.create_task(work(a_long_name_of_a_parameter + another_long_na))
            )
            if ready
            else _keep_task(
                asyncio.create_task(work(another_long_name_of_a_parameter + a_lo))
            )
        )
        ready and _keep_task(
            asyncio.create_task(work(a_long_name_of_a_parameter + another_long_))
        )
        await asyncio.sleep(1)
