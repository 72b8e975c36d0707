"""Done-callbacks that raise when their entry is gone."""

import asyncio

tasks = set()


async def work():
    pass


def spawn():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.remove)  # expect: UND109
    return task


def in_a_lambda():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(lambda t: tasks.remove(t))  # expect: UND109
    return task


def suppressed():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.remove)  # noqa: UND109
    return task


def noqa_of_another_rule():
    task = asyncio.create_task(work())
    tasks.add(task)
    task.add_done_callback(tasks.remove)  # noqa: RUF006  # expect: UND109
    return task


async def stop():
    for task in tasks:
        task.cancel()
    tasks.clear()


class Jobs:
    def __init__(self):
        self.by_name = {}
        self.started = []
        self.replaced = set()

    def start(self, name):
        task = asyncio.create_task(work(), name=name)
        self.by_name[name] = task
        task.add_done_callback(lambda _: self.by_name.pop(name))  # expect: UND109

    def start_two(self, name):
        task = asyncio.create_task(work(), name=name)
        self.by_name[name] = task
        task.add_done_callback(self._done)

    def _done(self, task):
        del self.by_name[task.get_name()]  # expect: UND109

    def start_three(self):
        task = asyncio.create_task(work())
        self.started.append(task)
        task.add_done_callback(self.started.remove)  # expect: UND109

    def start_four(self):
        task = asyncio.create_task(work())
        self.replaced.add(task)
        task.add_done_callback(lambda t: self.replaced.remove(t))  # expect: UND109

    def stop(self, name):
        task = self.by_name.pop(name)
        task.cancel()
        self.replaced = set()

    def stop_last(self):
        self.started.pop().cancel()
