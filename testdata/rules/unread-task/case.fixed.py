"""Tasks bound to a name that nothing reads."""

import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

log = logging.getLogger(__name__)


async def work(*args):
    await asyncio.sleep(1)


def report(task):
    print(task)


async def unread(items):
    task = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    typed: asyncio.Task = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(typed)
    typed.add_done_callback(_background_tasks.discard)
    first = second = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(second)
    second.add_done_callback(_background_tasks.discard)
    loop = asyncio.get_running_loop()
    other = loop.create_task(work())  # expect: UND002
    _background_tasks.add(other)
    other.add_done_callback(_background_tasks.discard)
    for item in items:
        each = asyncio.create_task(work(item))  # expect: UND002
        _background_tasks.add(each)
        each.add_done_callback(_background_tasks.discard)


async def underscore():
    task = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    _task = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(_task)
    _task.add_done_callback(_background_tasks.discard)


async def walrus():
    (late := asyncio.ensure_future(work()))  # expect: UND002
    _background_tasks.add(late)
    late.add_done_callback(_background_tasks.discard)


async def rebound(items):
    task = asyncio.create_task(work("lost"))  # expect: UND002
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task = asyncio.create_task(work("kept"))
    await task
    gone = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(gone)
    gone.add_done_callback(_background_tasks.discard)
    del gone


async def rebound_in_a_loop(items):
    for item in items:
        task = asyncio.create_task(work(item))  # expect: UND002
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    await task


async def touched():
    task = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(report)
    named = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(named)
    named.add_done_callback(_background_tasks.discard)
    named.set_name("work")
    log.info("started %s", named.get_name())
    shown = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(shown)
    shown.add_done_callback(_background_tasks.discard)
    print(f"{shown}")
    if shown:
        assert not shown.done()


async def own_cycle():
    task = asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)

    def done(_):
        print(task)

    task.add_done_callback(done)


async def tuples():
    a, b = asyncio.create_task(work()), asyncio.create_task(work())  # expect: UND002
    _background_tasks.add(a)
    a.add_done_callback(_background_tasks.discard)
    await b


async def branches(flag):
    if flag:
        task = asyncio.create_task(work())  # expect: UND002
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        task = None


class Service:
    async def start(self):
        task = asyncio.create_task(self.run())  # expect: UND002
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        task.add_done_callback(self.done)

    async def run(self):
        pass

    def done(self, task):
        pass
