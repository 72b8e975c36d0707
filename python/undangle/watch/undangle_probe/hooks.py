"""How the probe gets into event loops: the few functions of asyncio that it wraps."""

import atexit
import functools
import gc
import inspect
import os
import random
import sys
import types

from . import harmless, settings, sites, tasks
from .journal import tell

# One entry for each call of `create_task` that has not returned: it will see its task itself.
_creating = []


def install(asyncio):
    """Watches every event loop of this process from now on."""
    every = int(settings.get("UNDANGLE_WATCH_GC") or 0)
    stress = (
        _Stress(every, int(settings.get("UNDANGLE_WATCH_SEED") or 0)) if every else None
    )
    # Callbacks run above this frame; what is below it has started the loop, and not the task.
    callback = asyncio.events.Handle._run.__code__
    sites.boundaries.add(id(callback))
    sites.add_library(callback)
    tasks.add_future(asyncio.Future)
    tasks.add_future(asyncio.futures._PyFuture)
    _watch_loop(asyncio.BaseEventLoop, stress)
    _watch_other_loops(asyncio.AbstractEventLoop, stress)
    _watch_direct_calls(asyncio.tasks)
    _wrap_threadsafe(asyncio)
    # What `asyncio.run` cancels at its end was left running.
    runners = asyncio.runners
    runners._cancel_all_tasks = _before(tasks.leave_all)(runners._cancel_all_tasks)
    # By this forked processes and workers of pytest-xdist end; it runs no exit functions.
    os._exit = _before(lambda *_: tasks.at_exit())(os._exit)
    atexit.register(tasks.at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=tasks.after_fork)
    tell()


def _watch_loop(loop, stress):
    _replace(loop, "create_task", _create_task)
    _replace(loop, "close", _before(tasks.leave_closing))
    _replace(loop, "call_exception_handler", _before(_tell_unretrieved))
    if stress is not None:
        _replace(loop, "call_soon", stress.call_soon)


def _watch_other_loops(abstract, stress):
    """Watches loops that do not derive from `BaseEventLoop`, such as uvloop's, as their classes are made."""

    @harmless
    def watch(cls):
        create_task = _method(cls, "create_task")
        if create_task is None or create_task is abstract.create_task:
            return
        if not _is_wrapped(create_task):
            _watch_loop(cls, stress)
            # They leave no frame of their own.
            _replace(cls, "run_forever", _run)
            _replace(cls, "run_until_complete", _run)

    def __init_subclass__(cls, **kwargs):
        super(abstract, cls).__init_subclass__(**kwargs)
        watch(cls)

    abstract.__init_subclass__ = classmethod(__init_subclass__)


def _is_wrapped(function):
    return getattr(function, "_is_undangle_probe", False)


def _method(owner, name):
    """A method of a class; none where it is a static one, or some other object of the program."""
    found = inspect.getattr_static(owner, name, None)
    binds = getattr(type(found), "__get__", None)
    is_method = isinstance(binds, types.WrapperDescriptorType) and callable(found)
    if not is_method or isinstance(found, (staticmethod, classmethod)):
        return None
    return found


def _replace(owner, name, wrap):
    """Wraps a method of a class, unless that was done to a base of it."""
    original = _method(owner, name)
    if original is not None and not _is_wrapped(original):
        wrapper = functools.wraps(original)(wrap(original))
        wrapper._is_undangle_probe = True
        setattr(owner, name, wrapper)


def _create_task(original):
    created, getframe = tasks.created, sys._getframe
    enter, leave = _creating.append, _creating.pop

    def create_task(self, coro, *args, **kwargs):
        enter(None)
        try:
            # Nearly every call, and much faster than the other.
            if not args and not kwargs:
                task = original(self, coro)
            else:
                task = original(self, coro, *args, **kwargs)
        finally:
            leave()
        created(task, getframe(1), self, coro)
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
    original, getframe = known.add, sys._getframe

    @harmless
    def created(task, frame):
        tasks.created(task, frame, task.get_loop(), task.get_coro())

    def add(task):
        original(task)
        if not _creating:
            created(task, getframe(1))

    known.add = add


def _before(work):
    """Wraps a function so that the probe does something before each call."""
    work = harmless(work)

    def wrap(original):
        @functools.wraps(original)
        def wrapper(*args, **kwargs):
            work(*args, *kwargs.values())
            return original(*args, **kwargs)

        return wrapper

    return wrap


def _tell_unretrieved(_loop, context):
    tasks.unretrieved(context)


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

    @harmless
    def site_of(frame, coro):
        return sites.site_of(frame, getattr(coro, "__qualname__", ""))

    @functools.wraps(original)
    def run_coroutine_threadsafe(*args, **kwargs):
        # The task is created by a callback of the loop, which runs in a copy of this context.
        site = site_of(sys._getframe(1), args[0] if args else kwargs.get("coro"))
        token = sites.threadsafe_site.set(site)
        try:
            return original(*args, **kwargs)
        finally:
            sites.threadsafe_site.reset(token)

    asyncio.tasks.run_coroutine_threadsafe = run_coroutine_threadsafe
    asyncio.run_coroutine_threadsafe = run_coroutine_threadsafe


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
