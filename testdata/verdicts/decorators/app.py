"""Functions that are decorated with them, and their calls."""

import asyncio

import background
from background import (
    Fire,
    fire,
    fire_and_forget,
    fire_and_keep,
    fire_as_lambda,
    fire_at_once,
    fire_if_async,
    fire_if_running,
    fire_typed,
    timed,
)
from background import fire_named as named


@fire_and_forget
async def plain(x):
    await asyncio.sleep(x)


@background.fire_and_forget
async def through_module(x):
    await asyncio.sleep(x)


@fire_at_once
async def at_once(x):
    await asyncio.sleep(x)


@fire_and_keep
async def kept(x):
    await asyncio.sleep(x)


@fire_as_lambda
async def as_lambda(x):
    await asyncio.sleep(x)


@fire_typed
async def typed(x):
    await asyncio.sleep(x)


@named("job")
async def with_name(x):
    await asyncio.sleep(x)


@fire
async def without_brackets(x):
    await asyncio.sleep(x)


@fire(name="job")
async def with_brackets(x):
    await asyncio.sleep(x)


@fire_if_async
async def unless_plain(x):
    await asyncio.sleep(x)


@fire_if_running
def any_result(x):
    return x


@timed
async def awaited(x):
    await asyncio.sleep(x)


@fire_and_forget
@timed
async def timed_first(x):
    await asyncio.sleep(x)


@timed
@fire_and_forget
async def timed_last(x):
    await asyncio.sleep(x)


@Fire
async def an_object(x):
    await asyncio.sleep(x)


class Service:
    @fire_and_forget
    async def refresh(self):
        await asyncio.sleep(1)

    @staticmethod
    @fire_and_forget
    async def purge():
        await asyncio.sleep(1)

    def start(self):
        self.refresh()  # -> dropped wrapper
        Service.purge()  # -> dropped wrapper
        self.task = self.refresh()  # -> held attribute


async def start(service: Service):
    plain(1)  # -> dropped wrapper
    through_module(1)  # -> dropped wrapper
    at_once(1)
    kept(1)  # -> managed wrapper
    as_lambda(1)  # -> dropped wrapper
    typed(1)  # -> dropped wrapper
    with_name(1)  # -> dropped wrapper
    without_brackets(1)  # -> dropped wrapper
    with_brackets(1)  # -> dropped wrapper
    unless_plain(1)  # -> unsure conditional
    any_result(1)  # -> unsure conditional
    await awaited(1)
    timed_first(1)  # -> dropped wrapper
    await timed_last(1)
    an_object(1)  # -> dropped wrapper
    service.refresh()  # -> dropped wrapper
    await plain(1)  # -> held awaited
    await asyncio.gather(plain(1), typed(1))  # -> held gathered, held gathered
    late = fire_and_forget(awaited)
    late(1)  # -> dropped wrapper
