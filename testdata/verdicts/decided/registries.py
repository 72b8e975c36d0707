"""Functions that keep their argument if they are told where."""

import asyncio

KEEP = set()


async def work():
    await asyncio.sleep(1)


def track(task, registry=None):
    if registry is not None:
        registry.add(task)


def track_unless_off(task, keep=True):
    if not keep:
        return
    KEEP.add(task)


def track_or_hand_over(task, registry=None, other=None):
    if registry is not None:
        registry.add(task)
    else:
        other(task)


def track_by_chance(task, registry=None):
    if registry is not None and len(registry) < 10:
        registry.add(task)


def start(flag):
    track(asyncio.create_task(work()))  # -> dropped expression
    track(asyncio.create_task(work()), KEEP)  # -> held argument
    track(asyncio.create_task(work()), registry=KEEP)  # -> held argument
    track(asyncio.create_task(work()), registry=flag)  # -> unsure argument
    track_unless_off(asyncio.create_task(work()))  # -> held argument
    track_unless_off(asyncio.create_task(work()), keep=False)  # -> dropped expression
    track_unless_off(asyncio.create_task(work()), keep=flag)  # -> unsure argument
    track_or_hand_over(asyncio.create_task(work()))  # -> unsure argument
    track_or_hand_over(asyncio.create_task(work()), KEEP)  # -> unsure argument
    track_by_chance(asyncio.create_task(work()))  # -> dropped expression
    track_by_chance(asyncio.create_task(work()), KEEP)  # -> unsure argument
