"""Callables that are called later, and what their callers do with the task."""

import asyncio
import atexit
import signal
import threading
from functools import partial

KEPT = set()


def track(t):
    KEPT.add(t)
    return t


def registered(loop, work, other, bus, app):
    loop.call_soon(lambda: asyncio.create_task(work()))  # -> dropped lambda
    loop.call_soon(lambda: track(asyncio.create_task(work())))  # -> held argument
    loop.call_soon(lambda: KEPT.add(asyncio.create_task(work())))  # -> held container
    loop.call_soon(lambda: setattr(app, "t", asyncio.create_task(work())))  # -> held attribute
    loop.call_soon(lambda: (asyncio.create_task(work()), None))  # -> dropped lambda
    loop.call_soon(lambda: asyncio.create_task(work()).add_done_callback(print))  # -> dropped chained
    loop.call_soon(lambda w=work: asyncio.create_task(w()))  # -> dropped lambda
    loop.call_soon(asyncio.create_task, work())  # -> dropped passed-uncalled
    loop.call_soon_threadsafe(asyncio.ensure_future, work())  # -> dropped passed-uncalled
    loop.call_soon_threadsafe(partial(asyncio.create_task, work()))  # -> dropped passed-uncalled
    loop.call_later(1, loop.create_task, work())  # -> dropped passed-uncalled
    loop.call_later(1, lambda: loop.create_task(work()))  # -> dropped lambda
    loop.call_at(loop.time() + 1, loop.create_task, work())  # -> dropped passed-uncalled
    loop.add_signal_handler(signal.SIGINT, asyncio.create_task, work())  # -> dropped passed-uncalled
    loop.add_signal_handler(signal.SIGINT, partial(loop.create_task, work()))  # -> dropped passed-uncalled
    signal.signal(signal.SIGINT, lambda s, f: asyncio.create_task(work()))  # -> dropped lambda
    other.add_done_callback(lambda t: asyncio.create_task(work()))  # -> dropped lambda
    threading.Timer(3, lambda: asyncio.run_coroutine_threadsafe(work(), loop)).start()  # -> dropped lambda
    threading.Timer(
        3, function=lambda: asyncio.run_coroutine_threadsafe(work(), loop)  # -> dropped lambda
    ).start()
    threading.Timer(3, asyncio.run_coroutine_threadsafe, (work(), loop)).start()  # -> dropped passed-uncalled
    bus.on("x", lambda: asyncio.create_task(work()))  # -> unsure callback
    app.on_startup.append(lambda a: asyncio.create_task(work()))  # -> unsure callback


def mapped(works, loop):
    list(map(asyncio.create_task, works))  # -> dropped passed-uncalled
    ts = list(map(asyncio.create_task, works))  # -> dropped passed-uncalled
    us = [*map(loop.create_task, works)]  # -> held returned
    vs = map(lambda w: asyncio.create_task(w()), works)  # -> held returned
    for _ in map(asyncio.create_task, works):  # -> dropped passed-uncalled
        pass
    return us, vs


async def map_gathered(works):
    await asyncio.gather(*map(asyncio.create_task, works))  # -> held awaited, held gathered


async def map_wait(works):
    await asyncio.wait(map(asyncio.create_task, works))  # -> held gathered


def nested(loop, work):
    def later():
        return asyncio.create_task(work())  # -> held returned

    loop.call_soon(later)  # -> dropped passed-uncalled


def nested_statement(loop, work):
    def later():
        asyncio.create_task(work())  # -> dropped discarded

    loop.call_soon(later)


def nested_arguments(loop, work):
    def later(w):
        return loop.create_task(w())  # -> held returned

    loop.call_later(3, later, work)  # -> dropped passed-uncalled


def nested_kept(loop, work):
    def later(w):
        t = loop.create_task(w())  # -> held container
        KEPT.add(t)
        return t

    loop.call_later(3, later, work)


def nested_called(loop, work):
    def later():
        return asyncio.create_task(work())  # -> held returned

    return later()  # -> held returned


class Object:
    def start(self, loop):
        loop.call_soon(self.spawn)  # -> dropped passed-uncalled
        loop.call_later(1, self.spawn_kept)
        self.timer = loop.call_later(2, self.spawn)  # -> dropped passed-uncalled
        loop.add_signal_handler(1, self.spawn)  # -> dropped passed-uncalled

    def spawn(self):
        return asyncio.create_task(self.run())  # -> held returned

    def spawn_kept(self):
        self.t = asyncio.create_task(self.run())  # -> held attribute
        return self.t

    async def run(self):
        pass


def stored(self, work, loop):
    self.cb = lambda: asyncio.create_task(work())  # -> unsure callback
    d = {"x": lambda: asyncio.create_task(work())}  # -> unsure callback
    return d


def sorter(works):
    works.sort(key=lambda w: asyncio.create_task(w()))  # -> unsure callback


def executor(loop, work, pool):
    loop.run_in_executor(None, lambda: asyncio.run_coroutine_threadsafe(work(), loop))  # -> unsure callback
    pool.submit(asyncio.run_coroutine_threadsafe, work(), loop)


def at_end(loop, work):
    atexit.register(lambda: loop.create_task(work()))  # -> dropped lambda
    loop.add_reader(3, lambda: loop.create_task(work()))  # -> dropped lambda


def filters(works):
    any(map(asyncio.create_task, works))  # -> dropped passed-uncalled
    set(map(asyncio.create_task, works))  # -> dropped passed-uncalled
