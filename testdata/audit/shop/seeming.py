"""What only seems to stop a task, and what only seems not to."""

import asyncio

from shop import services


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


async def poll(host: str) -> None:
    while await send(host):
        await asyncio.sleep(1)


async def finish(hosts: list[str]) -> None:
    """A list that is made of itself."""
    jobs = [asyncio.create_task(send(host)) for host in hosts]  # -> none
    jobs = [job for job in jobs if not job.done()]
    await asyncio.gather(*jobs)


async def race(hosts: list[str]) -> None:
    """What has lost is gathered, which makes no task."""
    jobs = [asyncio.create_task(send(host)) for host in hosts]  # -> none
    _, pending = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    for job in pending:
        job.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def drain(jobs: list[asyncio.Task[bool]]) -> None:
    await asyncio.gather(*jobs, return_exceptions=True)


def reset(host: str, loop: asyncio.AbstractEventLoop) -> None:
    """The task goes on after the time limit."""
    future = asyncio.run_coroutine_threadsafe(
        send(host), loop
    )  # -> none | lifetime: unknown | stop: unknown
    try:
        future.result(timeout=10)
    except TimeoutError:
        print(host)


def reset_at_last(host: str, loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(
        send(host), loop
    )  # -> none | lifetime: call | stop: found
    while True:
        try:
            future.result(10)
            break
        except TimeoutError:
            print(host)


async def watched(host: str) -> None:
    """What is awaited was done before the others were cancelled."""
    polling = asyncio.create_task(
        poll(host)
    )  # -> none | stopped_by: `watched` cancels it | failure: unknown
    sending = asyncio.create_task(send(host))  # -> none
    ready, pending = await asyncio.wait(
        [polling, sending], return_when=asyncio.FIRST_COMPLETED
    )
    for task in (polling, sending):
        if not task.done():
            task.cancel()
    if polling in ready:
        await polling
    print(pending)


def parse(host: str) -> str:
    return host.strip()


class Dispatcher:
    """What a wrapper is given may be no coroutine."""

    def dispatch(self, host: str) -> list[asyncio.Task[bool]]:
        return [
            asyncio.create_task(send(host)),  # -> none
            asyncio.create_task(send(host + "/")),  # -> none
        ]

    async def handle(self, host: str) -> None:
        tasks = self.dispatch(parse(host))  # -> none | coroutine: unknown
        await asyncio.gather(*tasks)


def relay(host: str) -> None:
    services.fetch_later(host)
