"""Tasks bound to a name that nothing reads."""

import asyncio
import logging

log = logging.getLogger(__name__)


async def work(*args):
    await asyncio.sleep(1)


def report(task):
    print(task)


async def unread(items):
    task = asyncio.create_task(work())  # expect: UND002
    typed: asyncio.Task = asyncio.create_task(work())  # expect: UND002
    first = second = asyncio.create_task(work())  # expect: UND002
    loop = asyncio.get_running_loop()
    other = loop.create_task(work())  # expect: UND002
    for item in items:
        each = asyncio.create_task(work(item))  # expect: UND002


async def underscore():
    _ = asyncio.create_task(work())  # expect: UND002
    _task = asyncio.create_task(work())  # expect: UND002


async def walrus():
    (late := asyncio.ensure_future(work()))  # expect: UND002


async def rebound(items):
    task = asyncio.create_task(work("lost"))  # expect: UND002
    task = asyncio.create_task(work("kept"))
    await task
    gone = asyncio.create_task(work())  # expect: UND002
    del gone


async def rebound_in_a_loop(items):
    for item in items:
        task = asyncio.create_task(work(item))  # expect: UND002
    await task


async def touched():
    task = asyncio.create_task(work())  # expect: UND002
    task.add_done_callback(report)
    named = asyncio.create_task(work())  # expect: UND002
    named.set_name("work")
    log.info("started %s", named.get_name())
    shown = asyncio.create_task(work())  # expect: UND002
    print(f"{shown}")
    if shown:
        assert not shown.done()


async def own_cycle():
    task = asyncio.create_task(work())  # expect: UND002

    def done(_):
        print(task)

    task.add_done_callback(done)


async def tuples():
    a, b = asyncio.create_task(work()), asyncio.create_task(work())  # expect: UND002
    await b


async def branches(flag):
    if flag:
        task = asyncio.create_task(work())  # expect: UND002
    else:
        task = None


class Service:
    async def start(self):
        task = asyncio.create_task(self.run())  # expect: UND002
        task.add_done_callback(self.done)

    async def run(self):
        pass

    def done(self, task):
        pass
