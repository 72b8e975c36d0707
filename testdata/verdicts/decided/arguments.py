"""Arguments of `ensure_future` that other code of the file shows to be coroutines."""

import asyncio


async def work():
    await asyncio.sleep(1)


def run_in_either_way(p):
    loop = asyncio.get_event_loop()
    if loop.is_running():
        asyncio.ensure_future(p)  # -> dropped discarded
    else:
        asyncio.run(p)


def run_until_complete(p):
    loop = asyncio.get_event_loop()
    if loop.is_running():
        asyncio.ensure_future(p)  # -> unsure argument
    else:
        loop.run_until_complete(p)


def rebound(p):
    p = asyncio.ensure_future(p)  # -> held awaited
    asyncio.run(p)


def unknown(p):
    asyncio.ensure_future(p)  # -> unsure argument


def nested(items):
    def start(p):
        asyncio.ensure_future(p)  # -> dropped discarded

    start(work())
    for _ in items:
        start(p=work())


def nested_with_futures(items, future):
    def start(p):
        asyncio.ensure_future(p)  # -> unsure argument

    start(work())
    start(future)


def nested_and_passed_on(items):
    def start(p):
        asyncio.ensure_future(p)  # -> unsure argument

    start(work())
    items.append(start)


def nested_and_uncalled():
    def start(p):
        asyncio.ensure_future(p)  # -> unsure argument
