"""Objects of imported classes that their function alone knows."""

import asyncio

import resources
from resources import Derived, Described, Either, Guarded, Record, Registered, Res, make


async def work():
    await asyncio.sleep(1)


def forgotten():
    res = Res("x")
    res.task = asyncio.create_task(work())  # -> dropped local-container


def forgotten_by_path():
    res = resources.Res("x")
    res.name = "y"
    res.task = asyncio.create_task(work())  # -> dropped local-container


def forgotten_record():
    record = Record("x")
    record.task = asyncio.create_task(work())  # -> dropped local-container


def registered():
    job = Registered()
    job.task = asyncio.create_task(work())  # -> held attribute


def derived():
    job = Derived()
    job.task = asyncio.create_task(work())  # -> held attribute


def guarded():
    job = Guarded()
    job.task = asyncio.create_task(work())  # -> held attribute


def described():
    job = Described()
    job.task = asyncio.create_task(work())  # -> held attribute


def made():
    res = make()
    res.task = asyncio.create_task(work())  # -> held attribute


def either():
    job = Either()
    job.task = asyncio.create_task(work())  # -> held attribute


def returned():
    res = Res("x")
    res.task = asyncio.create_task(work())  # -> held attribute
    return res


async def endless():
    res = Res("x")
    res.task = asyncio.create_task(work())  # -> held attribute
    await asyncio.Event().wait()
