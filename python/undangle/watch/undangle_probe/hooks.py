"""How the probe gets into event loops: the few functions of asyncio that it wraps."""

import atexit
import functools
import gc
import os
import random
import sys
import types

from . import sites, tasks
from .journal import tell

# One entry for each call of `create_task` that has not returned: it will see its task itself.
_creating = []


def install(asyncio):
    """Watches every event loop of this process from now on."""
    every = int(os.environ.get("UNDANGLE_WATCH_GC") or 0)
    stress = (
        _Stress(every, int(os.environ.get("UNDANGLE_WATCH_SEED") or 0))
        if every
        else None
    )
    # Callbacks run above this frame; what is below it has started the loop, and not the task.
    callback = asyncio.events.Handle._run.__code__
    sites.boundaries.add(id(callback))
    sites.add_library(callback)
    _watch_loop(asyncio.BaseEventLoop, stress)
    _watch_other_loops(asyncio.AbstractEventLoop, stress)
    _watch_direct_calls(asyncio.tasks)
    _wrap_threadsafe(asyncio)
    _wrap_shutdown(asyncio.runners)
    _wrap_exit()
    atexit.register(tasks.at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=tasks.after_fork)
    tell()


def _watch_loop(loop, stress):
    _replace(loop, "create_task", _create_task)
    _replace(loop, "close", _close)
    _replace(loop, "call_exception_handler", _call_exception_handler)
    if stress is not None:
        _replace(loop, "call_soon", stress.call_soon)


def _watch_other_loops(abstract, stress):
    """Watches loops that do not derive from `BaseEventLoop`, such as uvloop's, as their classes are made."""

    def __init_subclass__(cls, **kwargs):
        super(abstract, cls).__init_subclass__(**kwargs)
        create_task = cls.create_task
        if create_task is not abstract.create_task and not _is_wrapped(create_task):
            _watch_loop(cls, stress)
            # They leave no frame of their own.
            _replace(cls, "run_forever", _run)
            _replace(cls, "run_until_complete", _run)

    abstract.__init_subclass__ = classmethod(__init_subclass__)


def _is_wrapped(function):
    return getattr(function, "_is_undangle_probe", False)


def _replace(owner, name, wrap):
    """Wraps a function of a class, unless that was done to a base of it."""
    original = getattr(owner, name)
    if not _is_wrapped(original):
        wrapper = functools.wraps(original)(wrap(original))
        wrapper._is_undangle_probe = True
        setattr(owner, name, wrapper)


def _create_task(original):
    created, getframe = tasks.created, sys._getframe
    enter, leave = _creating.append, _creating.pop

    def create_task(self, *args, **kwargs):
        enter(None)
        try:
            task = original(self, *args, **kwargs)
        finally:
            leave()
        try:
            coro = args[0] if args else kwargs.get("coro")
            created(task, getframe(1), self, coro)
        except Exception:  # noqa: BLE001, S110 the task of a factory may be unlike any other
            pass
        return task

    return create_task


def _watch_direct_calls(asyncio_tasks):
    """Sees tasks that the program makes by calling `asyncio.Task` itself: up to CPython 3.13, each is added to this set."""
    names = ("_all_tasks", "_scheduled_tasks")
    known = next(
        (vars(asyncio_tasks)[name] for name in names if name in vars(asyncio_tasks)),
        None,
    )
    if known is None:
        return
    original, created, getframe = known.add, tasks.created, sys._getframe

    def add(task):
        original(task)
        try:
            if not _creating:
                created(task, getframe(1), task.get_loop(), task.get_coro())
        except Exception:  # noqa: BLE001, S110 a class of the program may be unlike asyncio's
            pass

    known.add = add


def _close(original):
    def close(self):
        if not self.is_closed() and not self.is_running():
            tasks.leave_all(self)
        return original(self)

    return close


def _call_exception_handler(original):
    def call_exception_handler(self, context):
        tasks.unretrieved(context)
        return original(self, context)

    return call_exception_handler


def _run(original):
    def run(self, *args, **kwargs):
        return original(self, *args, **kwargs)

    sites.boundaries.add(id(run.__code__))
    return run


def _wrap_threadsafe(asyncio):
    original = asyncio.tasks.run_coroutine_threadsafe
    inner = (
        code for code in original.__code__.co_consts if isinstance(code, types.CodeType)
    )
    sites.threadsafe_callback = next(inner, None)

    @functools.wraps(original)
    def run_coroutine_threadsafe(coro, loop):
        # The task is created by a callback of the loop, which runs in a copy of this context.
        site = sites.site_of(sys._getframe(1), getattr(coro, "__qualname__", ""))
        token = sites.threadsafe_site.set(site)
        try:
            return original(coro, loop)
        finally:
            sites.threadsafe_site.reset(token)

    asyncio.tasks.run_coroutine_threadsafe = run_coroutine_threadsafe
    asyncio.run_coroutine_threadsafe = run_coroutine_threadsafe


def _wrap_shutdown(runners):
    """What `asyncio.run` cancels at its end was left running."""
    original = runners._cancel_all_tasks

    @functools.wraps(original)
    def cancel_all_tasks(loop):
        tasks.leave_all(loop)
        return original(loop)

    runners._cancel_all_tasks = cancel_all_tasks


def _wrap_exit():
    """`os._exit`, by which forked processes and workers of pytest-xdist end, runs no exit functions."""
    original = os._exit

    @functools.wraps(original)
    def exit_now(status):
        tasks.at_exit()
        original(status)

    os._exit = exit_now


class _Stress:
    """Collects garbage at every so manyth task switch: whenever so many callbacks were scheduled."""

    def __init__(self, every, seed):
        self.every = every
        self.left = random.Random(seed).randrange(every) + 1
        self.is_collecting = False

    def call_soon(self, original):
        def call_soon(loop, *args, **kwargs):
            self.left -= 1
            if self.left <= 0 and not self.is_collecting:
                self.left = self.every
                self.is_collecting = True
                try:
                    gc.collect()
                finally:
                    self.is_collecting = False
            return original(loop, *args, **kwargs)

        return call_soon
