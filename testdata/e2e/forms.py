"""Every form in which a task is dropped where it is made."""

import asyncio
import threading
import weakref

from witness import job, run

keeper = set()
weak = weakref.WeakSet()


def report(task):
    pass


async def statement():
    asyncio.create_task(job("statement"))


async def future():
    asyncio.ensure_future(job("ensure_future"))


async def task_class():
    asyncio.Task(job("Task"))


async def shield():
    asyncio.shield(job("shield"))


async def gather():
    asyncio.gather(job("gather, first"), job("gather, second"))


async def chain():
    asyncio.create_task(job("chain")).add_done_callback(report)


async def unread():
    task = asyncio.create_task(job("unread"))


async def underscore():
    _ = asyncio.create_task(job("underscore"))


async def rebound():
    task = asyncio.create_task(job("rebound, first"))
    task = asyncio.create_task(job("rebound, second"))


async def touched():
    task = asyncio.create_task(job("touched"))
    task.set_name("touched")
    task.add_done_callback(report)


async def ternary(flag=True):
    asyncio.create_task(job("ternary")) if flag else None


async def conjunction(flag=True):
    flag and asyncio.create_task(job("and"))


async def disjunction(flag=False):
    flag or asyncio.create_task(job("or"))


async def one_line(flag=True):
    if flag: asyncio.create_task(job("one-line suite"))  # fmt: skip


async def semicolon():
    x = 1; asyncio.create_task(job("semicolon"))  # fmt: skip


async def comprehension():
    [asyncio.create_task(job(f"comprehension, {place}")) for place in range(3)]


async def local_list():
    tasks = []
    for place in range(3):
        tasks.append(asyncio.create_task(job(f"local list, {place}")))


async def local_set():
    tasks = set()
    task = asyncio.create_task(job("local set"))
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def weak_set():
    weak.add(asyncio.create_task(job("WeakSet")))


async def getter():
    asyncio.get_running_loop().create_task(job("get_running_loop"))


async def local_loop():
    loop = asyncio.get_running_loop()
    loop.create_task(job("loop"))


class Service:
    def __init__(self):
        self.loop = asyncio.get_running_loop()

    def start(self):
        self.loop.create_task(self.run())

    async def run(self):
        await job("self.loop")


async def method():
    Service().start()


def submit(loop):
    asyncio.run_coroutine_threadsafe(job("run_coroutine_threadsafe"), loop)


async def threadsafe():
    thread = threading.Thread(target=submit, args=[asyncio.get_running_loop()])
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0)


async def kept():
    task = asyncio.create_task(job("kept"))
    keeper.add(task)
    task.add_done_callback(keeper.discard)


run(
    statement,
    future,
    task_class,
    shield,
    gather,
    chain,
    unread,
    underscore,
    rebound,
    touched,
    ternary,
    conjunction,
    disjunction,
    one_line,
    semicolon,
    comprehension,
    local_list,
    local_set,
    weak_set,
    getter,
    local_loop,
    method,
    threadsafe,
    kept,
)
