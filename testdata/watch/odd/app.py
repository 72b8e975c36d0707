"""Tasks, handles, loops and owners of a program that fail where asyncio's do not: it runs as it does without the probe."""

import asyncio
import gc
import importlib.util
import sys

SEEN = []
TASKS = set()


class Handle:
    """What a factory returns in the place of a task, which it keeps."""

    def __init__(self, task):
        self._task = task

    def __await__(self):
        return self._task.__await__()

    def set_name(self, name):
        self._task.set_name(name)


class Forwarder(Handle):
    def __getattr__(self, name):
        return getattr(self._task, name)


class StrictTask(asyncio.Task):
    def cancelled(self):
        raise RuntimeError("ask for the state")

    def done(self):
        raise RuntimeError("ask for the state")


class Watcher:
    """An owner whose attributes are its own affair."""

    def __getattr__(self, name):
        SEEN.append(name)
        raise KeyboardInterrupt(name)


class SlottedWatcher(Watcher):
    __slots__ = ("task",)


class FakeLoop(asyncio.AbstractEventLoop):
    def create_task(self, coro):
        coro.close()
        return self

    def close(self):
        return "closed"


class StaticLoop(asyncio.AbstractEventLoop):
    @staticmethod
    def create_task(coro):
        coro.close()
        return "static"


def handles(kind):
    def factory(loop, coro, **options):
        task = asyncio.Task(coro, loop=loop, **options)  # -> not-seen
        TASKS.add(task)
        task.add_done_callback(TASKS.discard)
        return kind(task)

    return factory


async def pause():
    await asyncio.sleep(0.01)
    return "paused"


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(handles(Handle))
    handle = asyncio.create_task(pause())  # -> not-seen
    print(await handle)
    loop.set_task_factory(handles(Forwarder))
    asyncio.create_task(pause())  # -> not-seen
    loop.set_task_factory(
        lambda loop, coro, **rest: StrictTask(coro, loop=loop, **rest)  # -> not-seen
    )
    strict = asyncio.create_task(pause())  # -> held
    print(await strict)
    loop.set_task_factory(None)
    first, second = Watcher(), SlottedWatcher()
    first.task = asyncio.create_task(pause())  # -> held
    second.task = asyncio.create_task(pause())  # -> held
    asyncio.create_task(wait_forever())  # -> lost
    await asyncio.sleep(0.1)
    gc.collect()
    print(SEEN, len(TASKS))


def fake(loop):
    return loop.create_task(pause())  # -> not-seen


loop = FakeLoop()
print(fake(loop) is loop, loop.close(), fake(StaticLoop()))  # -> not-seen
print("asyncio" in sys.modules, importlib.util.find_spec("asyncio").name)
asyncio.run(main())
