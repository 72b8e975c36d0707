import asyncio

from shop.scheduler import Scheduler


async def waits_for(event: asyncio.Event) -> str:
    """Wait for an event and say so."""
    await event.wait()
    return "done"


async def check_a_worker() -> None:
    event = asyncio.Event()
    worker = asyncio.create_task(waits_for(event))
    event.set()
    assert await asyncio.wait_for(worker, timeout=1.0) == "done"


async def check_the_scheduler() -> None:
    event = asyncio.Event()

    async def job() -> None:
        event.set()

    scheduler = Scheduler(job, interval=0.01)
    scheduler.start()
    await asyncio.wait_for(event.wait(), timeout=1.0)
    await scheduler.stop()


def test_a_worker() -> None:
    asyncio.run(check_a_worker())


def test_the_scheduler() -> None:
    asyncio.run(check_the_scheduler())
