"""What becomes of tasks: a record for each that is alive, referred to weakly, and the counts of those that are gone."""

import time
import weakref
from contextvars import Context

from . import harmless
from .journal import forget as forget_journal
from .journal import tell
from .owners import owners
from .sites import site_of, sites

PENDING, FINISHED, FAILED, CANCELLED = "pending", "finished", "failed", "cancelled"
# Pending when its loop was closed, or when `asyncio.run` cancelled what was left.
LEFT = "left"

# The owners of so many first tasks of a site are looked for, and of each after that whose number is a power of two; how much
# time, and share of the time, that may take.
_SAMPLES = 3
_SAMPLE_SECONDS = 0.5
_SAMPLE_SHARE = 0.05

# So many tasks, and seconds, are between two writings of the counts.
_SNAPSHOT_TASKS = 256
_SNAPSHOT_SECONDS = 1.0

_clock = time.monotonic


class _Record(weakref.ref):
    """A task: its site, its loop, its state, and the class of asyncio whose methods are called, whatever overrides them.

    A constructor in Python would take as long as all the rest.
    """

    __slots__ = ("coroutine", "key", "kind", "loop", "site", "state")


class _Loop(weakref.ref):
    """A loop, and the context in which it calls `_done`: a copy of the current one would keep alive what its variables refer to."""

    __slots__ = ("context",)


# Tasks that exist, by their ids. An access is one operation, which threads do not divide.
_live = {}
# Failed tasks that are gone, by their ids: the loop may yet be told that nobody has seen the failure.
_failed = {}
# The classes whose objects are watched, the faster one first: the end of another object that a factory returns is unknown.
_futures = ()
# The class of these that each type of task derives from, or none; of so many types.
_kinds = {}
_MAX_KINDS = 100
# The loop of the task that was created last.
_loop = _Loop(_Record)
_untold = 0
_told_at = _started_at = _clock()
_sample_time = 0.0


def add_future(kind):
    """Takes objects of a class for tasks if `create_task` returns them."""
    global _futures
    if kind not in _futures:
        _futures += (kind,)


def _kind_of(type_):
    """The class that is watched of which a type is; none for another type."""
    kind = next((kind for kind in _futures if issubclass(type_, kind)), None)
    if len(_kinds) < _MAX_KINDS:
        _kinds[type_] = kind
    return kind


def created(task, frame, loop, coro):
    """Records a task that has just been created by a frame. Whatever fails is not the program's business."""
    # No decorator guards this and the two functions below, which run for every task.
    global _loop, _untold
    try:
        type_ = type(task)
        kind = _kinds[type_] if type_ in _kinds else _kind_of(type_)
        if kind is None:
            return
        key = id(task)
        known = _live.get(key)
        if known is not None and known() is task:
            # Its loop overrides `create_task`, and calls that of its base.
            return
        coroutine = getattr(coro, "__qualname__", None)
        if type(coroutine) is not str:
            coroutine = type(coro).__qualname__
        site = site_of(frame, coroutine)
        record = _Record(task, _collected)
        watched = _loop
        if watched() is not loop:
            watched = _Loop(loop)
            watched.context = Context()
            # Last, since another thread may read it.
            _loop = watched
        record.key = key
        record.site = site
        record.coroutine = coroutine
        record.state = PENDING
        record.kind = kind
        record.loop = watched
        is_done = kind.done(task)
        if not is_done:
            # Where a class of the program takes no callback, its tasks end unseen, and none is counted.
            task.add_done_callback(_done, context=watched.context)
        site.created += 1
        if _failed:
            _failed.pop(key, None)
        _live[key] = record
        _untold += 1
        if _untold >= _SNAPSHOT_TASKS and _clock() - _told_at >= _SNAPSHOT_SECONDS:
            _tell_counts(is_end=False)
        if is_done:
            # An eager task, which has run to its end.
            _done(task)
            return
        number = site.created
        if (number <= _SAMPLES or not number & (number - 1)) and _may_sample():
            loop.call_soon(_sample, record, context=Context())
    except Exception:  # noqa: BLE001, S110
        pass


def _done(task):
    """Counts the end of a task. To ask for its exception would mark it as seen, so the private name is read."""
    try:
        record = _live.get(id(task))
        if record is None or record.state is not PENDING:
            return
        if record.kind.cancelled(task):
            state = CANCELLED
        elif getattr(task, "_exception", None) is not None:
            state = FAILED
        else:
            state = FINISHED
        record.state = state
        record.site.ends[state] += 1
    except Exception:  # noqa: BLE001, S110
        pass


def _leave(record):
    record.state = LEFT
    record.site.ends["left"] += 1


def _collected(record):
    """A task is gone, and a record is all that is left of it."""
    try:
        if _live.get(record.key) is not record:
            return
        del _live[record.key]
        if record.state is FAILED:
            _failed[record.key] = record
        elif record.state is PENDING:
            _lose(record)
    except Exception:  # noqa: BLE001, S110
        pass


def _lose(record):
    if not _is_open(record.loop()):
        _leave(record)
        return
    record.site.ends["lost"] += 1
    tell({"kind": "lost", "site": record.site.number, "coroutine": record.coroutine})


@harmless
def _is_open(loop):
    return loop is not None and not loop.is_closed()


@harmless
def unretrieved(context):
    """A loop is told of something; it may be a failure that nobody has seen."""
    if not isinstance(context, dict) or "never retrieved" not in str(
        context.get("message")
    ):
        return
    key = id(context.get("task") or context.get("future"))
    record = _live.get(key) or _failed.pop(key, None)
    if record is not None and record.state is FAILED:
        _count_unretrieved(record)


def _count_unretrieved(record):
    record.site.ends["unretrieved"] += 1
    # It is counted once.
    record.state = FINISHED


def leave_all(loop=None):
    """The tasks of a loop that is about to be closed, or of all, have ended by now, or are left."""
    for record in list(_live.values()):
        if record.state is PENDING and (loop is None or record.loop() is loop):
            _end_or_leave(record)


def leave_closing(loop):
    """The same for a loop whose `close` is called, which does nothing if it runs."""
    if not loop.is_closed() and not loop.is_running():
        leave_all(loop)


@harmless
def _end_or_leave(record):
    task = record()
    if task is None:
        return
    if record.kind.done(task):
        _done(task)
    else:
        _leave(record)


@harmless
def at_exit():
    """Writes all there is. What is collected from now on is no loss."""
    leave_all()
    for record in list(_live.values()):
        if record.state is FAILED:
            _count_if_unretrieved(record)
    _live.clear()
    _failed.clear()
    _tell_counts(is_end=True)


@harmless
def _count_if_unretrieved(record):
    if getattr(record(), "_log_traceback", False):
        _count_unretrieved(record)


@harmless
def after_fork():
    """What the parent has counted is the parent's."""
    forget_journal()
    _live.clear()
    _failed.clear()
    sites.clear()


def _tell_counts(is_end):
    global _untold, _told_at
    _untold, _told_at = 0, _clock()
    counts = [site.counts() for site in list(sites.values())]
    tell({"kind": "counts", "end": is_end, "sites": counts})


def _may_sample():
    return _sample_time <= _SAMPLE_SECONDS + _SAMPLE_SHARE * (_clock() - _started_at)


@harmless
def _sample(record):
    """Looks for the owners of a task, one turn of the loop after it was created."""
    global _sample_time
    task = record()
    if task is None or record.kind.done(task):
        return
    start = _clock()
    known = record.site.holders
    try:
        seen = tuple(owners(task))
        known[seen] = known.get(seen, 0) + 1
    finally:
        _sample_time += _clock() - start
