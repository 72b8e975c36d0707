"""What `super()` finds in the bases of a class, in their order."""

import asyncio

from bases import Abstract, Bare, Further, Imported, Keeping, Reading


class Awaitable:
    def __await__(self):
        return self._task.__await__()


class OfOne(Keeping):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> held argument


class BehindMixins(Awaitable, Bare, Abstract[int], Further, Keeping):
    def __init__(self, work):
        task = asyncio.create_task(work())  # -> held argument
        super().__init__(task)


class BeforeMixins(Keeping, Awaitable, Bare):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> held argument


class OfReading(Awaitable, Reading):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> dropped expression


class ReadingFirst(Reading, Keeping):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> dropped expression


class KeepingFirst(Keeping, Reading):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> held argument


class BehindForeign(Imported, Keeping):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> unsure argument


class BeforeForeign(Keeping, Imported):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> held argument


class OfNone(Awaitable, Bare):
    def __init__(self, work):
        super().__init__(asyncio.create_task(work()))  # -> unsure argument


def local_classes(work):
    class Local:
        def __init__(self, task):
            self._task = task

    class OfLocal(Local):
        def __init__(self):
            super().__init__(asyncio.create_task(work()))  # -> held argument

    return OfLocal()


class Spawning(Bare):
    def spawn(self, coro):
        self._task = asyncio.create_task(coro)  # -> held attribute
        super().spawn(coro)


def spawns(spawning: Spawning, work):
    spawning.spawn(work())  # -> managed wrapper
