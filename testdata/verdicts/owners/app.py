"""Objects that own a task, and who keeps them."""

import asyncio

import owners
from owners import (
    Alone,
    Awaitable,
    Data,
    Decorated,
    Derived,
    DerivedAlone,
    Described,
    Early,
    Enclosed,
    Guarded,
    Handed,
    HandsOnMethods,
    HandsOnTasks,
    KeepsTask,
    KeepsTaskTwice,
    Later,
    Owned,
    Registered,
    RegisteredLater,
    Sometimes,
    Starting,
    Ticker,
    Timed,
    Told,
    Watched,
    work,
)
from owners import Later as Soon

OBJECTS = []


async def discarded(ready):
    Later(work())  # -> dropped wrapper
    Soon(work())  # -> dropped wrapper
    owners.Later(work(), name="x")  # -> dropped wrapper
    _ = Later(work())  # -> dropped wrapper
    later = Later(work())  # -> dropped wrapper
    Ticker()  # -> dropped wrapper
    Starting()  # -> dropped wrapper
    Data("x")  # -> dropped wrapper
    Awaitable(work())  # -> dropped wrapper
    if ready:
        Ticker()  # -> dropped wrapper


async def held_by_the_frame():
    ticker = Ticker()
    await asyncio.Event().wait()


async def kept(app):
    OBJECTS.append(Later(work()))
    app.later = Later(work())
    await Awaitable(work())
    await Later(work()).task
    later = Later(work())
    await later.task
    print(Ticker())
    app.use(Ticker())
    return Ticker()


def perhaps(app, ready):
    Told(app)  # -> unsure argument
    Enclosed(app)  # -> unsure argument
    Handed()  # -> unsure argument
    HandsOnMethods(app)  # -> unsure argument
    HandsOnTasks(app)  # -> unsure argument
    Derived()  # -> unsure argument
    DerivedAlone()  # -> unsure argument
    Decorated()  # -> unsure argument
    Watched()  # -> unsure argument
    Guarded()  # -> unsure argument
    Described()  # -> unsure argument
    Sometimes(ready)  # -> unsure conditional
    Early(ready)  # -> unsure conditional


def known_elsewhere(app):
    Registered()
    RegisteredLater()
    KeepsTask()
    KeepsTaskTwice(app)
    Timed()
    Owned(app)


def no_owner():
    Alone()
