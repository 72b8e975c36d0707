"""Project functions that are passed a callback: they hand it to the loop, or store and call it."""

import asyncio
from collections import defaultdict


class Emitter:
    def __init__(self):
        self._handlers = defaultdict(list)

    def on(self, name, handler):
        self._handlers[name].append(handler)
        return handler

    def off(self, name, handler):
        self._handlers[name].remove(handler)

    def emit(self, name, *args):
        for handler in list(self._handlers[name]):
            handler(*args)


class Keeping:
    def __init__(self):
        self._handlers = []
        self._results = []

    def on(self, handler):
        self._handlers.append(handler)

    def emit(self, *args):
        for handler in self._handlers:
            self._results.append(handler(*args))


class Awaiting:
    def __init__(self):
        self._handlers = []

    def on(self, handler):
        self._handlers.append(handler)

    async def emit(self, *args):
        for handler in self._handlers:
            result = handler(*args)
            if asyncio.iscoroutine(result):
                await result


class Timers:
    def __init__(self, loop):
        self.loop = loop

    def call_later(self, callback, delay):
        return self.loop.call_later(delay, callback)

    def soon(self, callback, *args):
        self.loop.call_soon(callback, *args)

    def wrapped(self, callback):
        def run():
            callback()

        self.loop.call_soon_threadsafe(run)


def later(callback):
    asyncio.get_running_loop().call_soon(callback)


class One:
    def __init__(self):
        self._cb = None

    def set_callback(self, cb):
        self._cb = cb

    def fire(self):
        if self._cb is not None:
            self._cb()


class Several:
    def __init__(self):
        self._handlers = {}
        self._priorities = []

    def on(self, name, handler, once=False):
        self._handlers.setdefault(name, []).append((handler, once))

    def ranked(self, priority, handler):
        self._priorities.append((priority, handler))

    def emit(self, name, *args):
        for handler, once in self._handlers.get(name, ()):
            handler(*args)
            if once:
                self._handlers.pop(name)

    def run(self):
        return [handler() for _, handler in sorted(self._priorities)]


class Sub(Several):
    def emit(self, name, *args):
        for handler, _ in self._handlers[name]:
            self.results.append(handler(*args))


class Alone:
    def __init__(self):
        self.handlers = {}

    def on(self, name, handler, once=False):
        self.handlers.setdefault(name, []).append((handler, once))

    def emit(self, name, *args):
        for handler, once in self.handlers.get(name, ()):
            handler(*args)
