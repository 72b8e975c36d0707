import asyncio
import threading
from functools import partial


async def work(): ...


def in_lambda():
    threading.Thread(
        target=lambda: asyncio.new_event_loop().create_task(work())
    ).start()


def in_timer(loop):
    threading.Timer(3, lambda: asyncio.ensure_future(work(), loop=loop)).start()


def in_named_lambda():
    run = lambda: asyncio.create_task(work())  # noqa: E731
    threading.Thread(target=run).start()


def spawn(number):
    asyncio.create_task(work())


def in_partial():
    threading.Thread(target=partial(spawn, 1)).start()


def in_partial_lambda():
    run = partial(lambda number: asyncio.create_task(work()), 1)
    threading.Thread(target=run).start()
    threading.Thread(
        target=partial(lambda number: asyncio.create_task(work()), 1)
    ).start()


def on_the_loop(loop):
    threading.Timer(
        3, lambda: loop.call_soon_threadsafe(lambda: asyncio.create_task(work()))
    )
