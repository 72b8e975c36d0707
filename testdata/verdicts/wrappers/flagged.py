"""Wrappers whose parameters decide whether they keep their task."""

import asyncio

KEEP = set()
OTHERS = set()


async def work():
    await asyncio.sleep(1)


def create(coro, keep=True):
    task = asyncio.create_task(coro)  # -> held returned
    if keep and not task.done():
        KEEP.add(task)
        task.add_done_callback(KEEP.discard)
    return task


def create_kept_apart(coro, keep=False):
    if keep:
        task = asyncio.create_task(coro)  # -> held container
        KEEP.add(task)
        return task
    return asyncio.create_task(coro)  # -> held returned


def create_in_one_of_two(coro, first=False, second=False):
    task = asyncio.create_task(coro)  # -> held returned
    if first:
        KEEP.add(task)
    elif second:
        OTHERS.add(task)
    return task


def create_in(coro, registry=None):
    task = asyncio.create_task(coro)  # -> held returned
    if registry is not None:
        registry.add(task)
    return task


def create_waited(coro, wait=False):
    task = asyncio.create_task(coro)  # -> held returned
    if wait:
        asyncio.get_event_loop().run_until_complete(task)
    return task


def create_as_told(coro, keep=True):
    return create(coro, keep=keep)  # -> held returned


def create_as_told_in(coro, registry=None):
    return create_in(coro, registry)  # -> held returned


class Pool:
    def __init__(self):
        self.tasks = set()

    def spawn(self, coro, *, track=True):
        task = asyncio.create_task(coro)  # -> held returned
        if track:
            self.tasks.add(task)
        return task

    def use(self):
        self.spawn(work())  # -> managed wrapper
        self.spawn(work(), track=False)  # -> dropped wrapper


def local(coro, keep=True):
    task = asyncio.create_task(coro)  # -> unsure conditional
    if keep and not task.done():
        KEEP.add(task)


def local_in_any_case(coro):
    task = asyncio.create_task(coro)  # -> held container
    if not task.done():
        KEEP.add(task)


def calls(flag):
    create(work())  # -> managed wrapper
    create(work(), keep=True)  # -> managed wrapper
    create(work(), keep=False)  # -> dropped wrapper
    create(work(), False)  # -> dropped wrapper
    create(work(), keep=flag)  # -> unsure conditional
    create_kept_apart(work())  # -> dropped wrapper
    create_kept_apart(work(), keep=True)  # -> managed wrapper
    create_in_one_of_two(work())  # -> dropped wrapper
    create_in_one_of_two(work(), first=True)  # -> managed wrapper
    create_in_one_of_two(work(), second=True)  # -> managed wrapper
    create_in_one_of_two(work(), second=flag)  # -> unsure conditional
    create_in(work())  # -> dropped wrapper
    create_in(work(), registry=KEEP)  # -> managed wrapper
    create_in(work(), KEEP)  # -> managed wrapper
    create_in(work(), registry=flag)  # -> unsure conditional
    create_as_told(work())  # -> managed wrapper
    create_as_told(work(), keep=False)  # -> dropped wrapper
    create_as_told_in(work())  # -> dropped wrapper
    create_as_told_in(work(), KEEP)  # -> managed wrapper
    create_as_told_in(work(), None)  # -> dropped wrapper
    held = create(work(), keep=False)  # -> held awaited
    return held.result()
