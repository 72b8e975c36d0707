"""Done-callbacks that raise nothing, and what only looks like one."""

import asyncio
import functools

tasks = set()


async def work():
    pass


class Registry:
    def remove(self, task):
        print(task)


def lenient():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    task.add_done_callback(lambda t: tasks.discard(t))
    return task


def not_a_container(registry: Registry):
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(registry.remove)
    return task


class Jobs:
    def __init__(self):
        self.by_name = {}

    def start(self, name):
        task = asyncio.create_task(work(), name=name)
        self.by_name[name] = task
        task.add_done_callback(lambda _: self.by_name.pop(name, None))
        # It is called with the key and the task, which is the default then.
        task.add_done_callback(functools.partial(self.by_name.pop, name))
        task.add_done_callback(self._done)
        task.add_done_callback(self._guarded)

    def _done(self, task):
        try:
            del self.by_name[task.get_name()]
        except KeyError:
            pass

    def _guarded(self, task):
        if task.get_name() in self.by_name:
            del self.by_name[task.get_name()]

    def stop(self, name):
        del self.by_name[name]


only = set()
drained = set()


def only_by_callback():
    task = asyncio.create_task(work())
    only.add(task)
    task.add_done_callback(only.remove)
    return task


def also_only_by_callback():
    task = asyncio.create_task(work())
    only.add(task)
    task.add_done_callback(lambda t: only.remove(t))
    return task


def spawn():
    task = asyncio.create_task(work())
    drained.add(task)
    task.add_done_callback(drained.remove)


async def drain():
    await asyncio.gather(*drained)
    drained.clear()


class Replaced:
    def __init__(self):
        self.tasks = set()

    def start(self):
        task = asyncio.create_task(work())
        self.tasks.add(task)
        # It removes the task from the set that it was put into.
        task.add_done_callback(self.tasks.remove)

    async def drain(self):
        tasks = self.tasks
        self.tasks = set()
        await asyncio.gather(*tasks)
