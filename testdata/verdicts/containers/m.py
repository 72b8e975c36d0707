"""Containers: do they outlive the call?"""

import asyncio
import weakref
from collections import deque

KEPT: set[asyncio.Task[object]] = set()
WEAK: "weakref.WeakSet[asyncio.Task[object]]" = weakref.WeakSet()


async def dies_with_its_function(work):
    tasks = set()
    task = asyncio.create_task(work())  # -> dropped local-container
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    queue = deque()
    queue.append(asyncio.create_task(work()))  # -> dropped local-container
    listed = [asyncio.create_task(work()) for _ in range(3)]  # -> dropped local-container
    by_name = {"work": asyncio.create_task(work())}  # -> dropped local-container
    by_name["more"] = asyncio.create_task(work())  # -> dropped local-container


async def weak(work):
    WEAK.add(asyncio.create_task(work()))  # -> dropped weak-container
    task = asyncio.create_task(work())  # -> dropped weak-container
    WEAK.add(task)


async def discards_at_once(work):
    task = asyncio.create_task(work())  # -> dropped touched
    task.add_done_callback(KEPT.discard(task))


async def takes_it_out_again(work):
    task = asyncio.create_task(work())  # -> dropped touched
    KEPT.add(task)
    task.add_done_callback(KEPT.discard(task))


async def documented(work):
    task = asyncio.create_task(work())  # -> held container
    KEPT.add(task)
    task.add_done_callback(KEPT.discard)


async def gathered(works):
    tasks = []
    for work in works:
        tasks.append(asyncio.create_task(work()))  # -> held gathered
    await asyncio.gather(*tasks)
    again = tuple(asyncio.create_task(work()) for work in works)  # -> held awaited
    for task in again:
        await task
    for done in asyncio.as_completed([asyncio.create_task(work()) for work in works]):  # -> held gathered
        await done


async def waited(works):
    tasks = {asyncio.create_task(work()) for work in works}  # -> held gathered
    done, pending = await asyncio.wait(tasks, timeout=1)
    for task in pending:
        task.cancel()
    unlooked = {asyncio.create_task(work()) for work in works}  # -> unsure conditional
    done, left = await asyncio.wait(unlooked, timeout=1)
    thrown = [asyncio.create_task(work()) for work in works]  # -> dropped local-container
    await asyncio.wait(thrown, timeout=1)
    to_the_end = [asyncio.create_task(work()) for work in works]  # -> held gathered
    await asyncio.wait(to_the_end)


async def escapes_first(work, register):
    tasks = []
    register.tasks = tasks
    tasks.append(asyncio.create_task(work()))  # -> held attribute


class Owner:
    shared: set[asyncio.Task[object]] = set()

    def __init__(self):
        self._tasks = set()
        self._weak = weakref.WeakSet()

    def start(self, work, key, app):
        self._tasks.add(asyncio.create_task(work()))  # -> held container
        self._weak.add(asyncio.create_task(work()))  # -> dropped weak-container
        self.shared.add(asyncio.create_task(work()))  # -> held container
        alias = self._tasks
        alias.add(asyncio.create_task(work()))  # -> held container
        self.by_key.setdefault(key, []).append(asyncio.create_task(work()))  # -> held container
        app["task"] = asyncio.create_task(work())  # -> held container
        app.state.task = asyncio.create_task(work())  # -> held attribute
        self.one, self.two = asyncio.create_task(work()), asyncio.create_task(work())  # -> held attribute, held attribute

    def __del__(self):
        asyncio.create_task(self.close())  # -> dropped discarded


def expressions(work, flag):
    asyncio.create_task(work()) if flag else None  # -> dropped expression
    flag and asyncio.create_task(work())  # -> dropped expression
    asyncio.create_task(work()), asyncio.create_task(work())  # -> dropped expression, dropped expression
    print(asyncio.create_task(work()))  # -> dropped expression
    any([asyncio.create_task(work())])  # -> dropped expression
    assert asyncio.create_task(work())  # -> dropped expression
    f"{asyncio.create_task(work())}"  # -> dropped expression
    asyncio.create_task(work()).add_done_callback(print)  # -> dropped chained


BY_DOCUMENT: "weakref.WeakKeyDictionary[object, asyncio.Task[object]]" = weakref.WeakKeyDictionary()
ALL_BY_DOCUMENT = weakref.WeakKeyDictionary()
BY_NAME = weakref.WeakValueDictionary()


async def weak_keys(document, work):
    BY_DOCUMENT[document] = asyncio.create_task(work())  # -> held container
    ALL_BY_DOCUMENT.setdefault(document, []).append(asyncio.create_task(work()))  # -> held container
    BY_DOCUMENT.setdefault(document, asyncio.create_task(work()))  # -> held container
    task = asyncio.create_task(work())  # -> dropped weak-container
    ALL_BY_DOCUMENT[task] = document
    key = asyncio.create_task(work())  # -> dropped weak-container
    ALL_BY_DOCUMENT.setdefault(key, document)


async def weak_keys_of_its_own(document, work):
    by_document = weakref.WeakKeyDictionary()
    by_document[document] = asyncio.create_task(work())  # -> dropped local-container


async def weak_values(work):
    BY_NAME["work"] = asyncio.create_task(work())  # -> dropped weak-container
    BY_NAME.setdefault("more", asyncio.create_task(work()))  # -> dropped weak-container


async def until_something_else_dies(document, work, forget):
    task = asyncio.create_task(work())  # -> held closure
    weakref.finalize(document, task.cancel)
    handed = asyncio.create_task(work())  # -> held argument
    weakref.finalize(document, forget, handed)
    watched = asyncio.create_task(work())  # -> dropped touched
    weakref.finalize(watched, forget)
    looked_at = asyncio.create_task(work())  # -> dropped weak-container
    weakref.ref(looked_at, forget)
    kept = asyncio.create_task(work())  # -> held closure
    document.ref = weakref.ref(document, lambda _: kept.cancel())


async def waited_for_by_its_keys(works):
    names = {asyncio.create_task(work()): name for name, work in works.items()}  # -> held gathered
    pending = set(names.keys())
    while pending:
        done, pending = await asyncio.wait(pending)


async def looked_at_by_its_keys(works):
    tasks = {name: asyncio.create_task(work()) for name, work in works.items()}  # -> dropped local-container
    print(sorted(tasks.keys()))


async def makes_a_typed_one(work):
    tasks = set[asyncio.Task]()
    tasks.add(asyncio.create_task(work()))  # -> dropped local-container


async def calls_a_parameter(work, list):
    tasks = list()
    tasks.append(asyncio.create_task(work()))  # -> held container
