"""Wrappers that make a task for some inputs only."""

import asyncio
import contextlib
import inspect
import logging
import sys
from collections.abc import Coroutine

log = logging.getLogger(__name__)


async def work():
    await asyncio.sleep(1)


def compute():
    return 1


class Emitter:
    def __init__(self):
        self.listeners = []
        self.closed = False

    def emit(self, listener, event):
        result = listener(event)
        if asyncio.iscoroutine(result):
            return asyncio.ensure_future(result)  # -> held returned
        return result

    def emit_all(self, event):
        tasks = []
        for listener in self.listeners:
            result = listener(event)
            if asyncio.iscoroutine(result):
                tasks.append(asyncio.ensure_future(result))  # -> held returned
        return tasks

    def emit_filtered(self, results):
        return [asyncio.create_task(r) for r in results if inspect.iscoroutine(r)]  # -> held returned

    def emit_late(self, listener):
        task = None
        result = listener()
        if inspect.isawaitable(result):
            task = asyncio.create_task(result)  # -> held returned
        return task

    def emit_each(self, works):
        tasks = []
        for each in works:
            tasks.append(asyncio.create_task(each()))  # -> held returned
        return tasks

    def emit_or_fail(self, listener):
        result = listener()
        if not asyncio.iscoroutine(result):
            raise TypeError(result)
        return asyncio.create_task(result)  # -> held returned

    def use(self, listener, event, works):
        self.emit(listener, event)  # -> unsure conditional
        self.emit_all(event)  # -> unsure conditional
        self.emit_filtered(works)  # -> unsure conditional
        self.emit_late(listener)  # -> unsure conditional
        self.emit_each(works)  # -> dropped wrapper
        self.emit_or_fail(listener)  # -> dropped wrapper


def run(job):
    if asyncio.iscoroutine(job):
        return asyncio.create_task(job)  # -> held returned
    return job()


def run_typed(job):
    if isinstance(job, Coroutine):
        return asyncio.create_task(job)  # -> held returned
    return None


def run_function(function, *args):
    if not asyncio.iscoroutinefunction(function):
        function(*args)
        return None
    return asyncio.create_task(function(*args))  # -> held returned


def run_checked(job):
    if not inspect.iscoroutine(job):
        raise TypeError("a coroutine is needed")
    return asyncio.create_task(job)  # -> held returned


def run_or_exit(job, ready):
    if not ready():
        sys.exit(1)
    return asyncio.create_task(job)  # -> held returned


def run_if_there(job):
    if job is not None:
        return asyncio.create_task(job)  # -> held returned


def run_anywhere(job):
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(job)
    return loop.create_task(job)  # -> held returned


def run_where_possible(job):
    try:
        return asyncio.create_task(job)  # -> held returned
    except RuntimeError:
        log.warning("no loop")


def run_logged(job):
    try:
        log.info("run")
        return asyncio.create_task(job)  # -> held returned
    except Exception:
        log.exception("not run")
        raise


def run_prepared(job):
    try:
        compute()
        return asyncio.create_task(job)  # -> held returned
    except ValueError:
        return None


def run_suppressed(job):
    with contextlib.suppress(ValueError):
        compute()
        return asyncio.create_task(job)  # -> held returned


def run_locked(job, lock):
    with lock:
        return asyncio.create_task(job)  # -> held returned


def run_in(job, loop=None):
    if loop is None:
        return asyncio.create_task(job)  # -> held returned
    return loop.create_task(job)  # -> held returned


def run_in_either(job):
    loop = compute()
    return loop.create_task(job) if loop else asyncio.create_task(job)  # -> held returned, held returned


def run_later(job, hook=compute):
    if hook():
        return None
    return run(job)  # -> held returned


def run_handed_on(job, quiet=False):
    return run(job) if not quiet else None  # -> held returned


async def calls(job, jobs, lock):
    run(work())  # -> dropped wrapper
    run(job)  # -> unsure conditional
    run(lambda: 1)
    coro = work()
    run(coro)  # -> dropped wrapper
    run_typed(work())  # -> dropped wrapper
    run_typed(job)  # -> unsure conditional
    run_function(work)  # -> dropped wrapper
    run_function(compute)
    run_function(job)  # -> unsure conditional
    run_checked(job)  # -> dropped wrapper
    run_or_exit(job, compute)  # -> dropped wrapper
    run_if_there(work())  # -> dropped wrapper
    run_if_there(None)
    run_anywhere(work())  # -> dropped wrapper
    run_where_possible(work())  # -> dropped wrapper
    run_logged(work())  # -> dropped wrapper
    run_prepared(work())  # -> unsure conditional
    run_suppressed(work())  # -> unsure conditional
    run_locked(work(), lock)  # -> dropped wrapper
    run_in(work())  # -> dropped wrapper
    run_in(work(), lock)  # -> dropped wrapper
    run_in_either(work())  # -> dropped wrapper
    run_later(work())  # -> unsure conditional
    run_handed_on(work())  # -> dropped wrapper
    run_handed_on(job)  # -> unsure conditional
    run_handed_on(work(), quiet=True)
    kept = run(job)  # -> held awaited
    await kept


def calls_outside():
    run_anywhere(work())  # -> unsure conditional
    run_where_possible(work())  # -> unsure conditional
