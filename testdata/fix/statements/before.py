"""Statements and chains."""

import asyncio
import logging

logger = logging.getLogger(__name__)


async def work(name: str = "") -> None:
    await asyncio.sleep(1)


async def plain() -> None:
    asyncio.create_task(work())
    asyncio.create_task(work("a"), name="a")  # with a comment
    asyncio.ensure_future(
        work(
            "b",
        )
    )


async def chained(cb, done) -> None:
    asyncio.create_task(work()).add_done_callback(cb)
    asyncio.create_task(work("a quite long argument for this one"), name="b").add_done_callback(
        done
    )
    asyncio.create_task(
        work("a quite long argument for this one"),
        name="and a quite long name for the task",
    ).add_done_callback(cb)
    (
        asyncio.get_running_loop()
        .create_task(work("the argument of the chain"))
        .add_done_callback(lambda t: logger.info("done with the task %s", t))
    )
    name = asyncio.create_task(work()).get_name()
    print(name)


def loops() -> None:
    task = None
    asyncio.get_event_loop().create_task(work())
    print(task)
