"""Statements and chains."""

import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

logger = logging.getLogger(__name__)


async def work(name: str = "") -> None:
    await asyncio.sleep(1)


async def plain() -> None:
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(work("a"), name="a")  # with a comment
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.ensure_future(
        work(
            "b",
        )
    )
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)


async def chained(cb, done) -> None:
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(cb)
    work_task = asyncio.create_task(
        work("a quite long argument for this one"), name="b"
    )
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    work_task.add_done_callback(done)
    background_task = asyncio.create_task(
        work("a quite long argument for this one"),
        name="and a quite long name for the task",
    )
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task.add_done_callback(cb)
    background_task_2 = asyncio.get_running_loop().create_task(
        work("the argument of the chain")
    )
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    background_task_2.add_done_callback(
        lambda t: logger.info("done with the task %s", t)
    )
    background_task_3 = asyncio.create_task(work())
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
    name = background_task_3.get_name()
    print(name)


def loops() -> None:
    task = None
    work_task = asyncio.get_event_loop().create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    print(task)
