"""Functions that make a task of a parameter which their callers decide to be a coroutine."""

import asyncio


async def work():
    await asyncio.sleep(1)


def start(job):
    asyncio.ensure_future(job)  # -> dropped discarded


def start_later(delay, job=None):
    print(delay)
    asyncio.ensure_future(job)  # -> dropped discarded


def start_mixed(job):
    asyncio.ensure_future(job)  # -> unsure argument


def start_anything(job):
    asyncio.ensure_future(job)  # -> unsure argument


def start_passed_on(job):
    asyncio.ensure_future(job)  # -> unsure argument


def start_by_default(job=None):
    asyncio.ensure_future(job)  # -> unsure argument


def start_starred(job):
    asyncio.ensure_future(job)  # -> unsure argument


def uncalled(job):
    asyncio.ensure_future(job)  # -> unsure argument


def rebound(job):
    job = job or work()
    asyncio.ensure_future(job)  # -> unsure argument


def start_here():
    start(work())
    start_mixed(work())
    start_anything(work())
    start_passed_on(work())
    start_by_default(work())
    start_starred(work())
    rebound(work())


def start_by_name(job):
    asyncio.ensure_future(job)  # -> unsure argument


def start_by_its_name(coro):
    return asyncio.create_task(coro)  # -> held returned
