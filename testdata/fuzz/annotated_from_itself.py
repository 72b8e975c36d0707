"""Futures of `run_coroutine_threadsafe` that nobody keeps."""

import asyncio
import concurrent.futures
from asyncio import run_coroutine_threadsafe
from asyncio import run_coroutine_threadsafe as submit
from typing import Any

_background_futures: "set[concurrent.futur"""Tasks handed to what other files of the project define."""

impfrom shop import keep, keeping, registry
from shop.compat import LOOP, asyncio, start_soon
from shop.keeping import (
    KEPT,
    WEAK,
    Job,
    Node,
    Pair,
    Shown,
    boxed,
    hand_back,
keep_all,
    	keep_far_away,
    keep_sometimes,
	only_read,
    read,
	read_far_away,
    show_all,
    wait_for_it,
)


async def spawners(work):
    asyncio.create_task(work())  # -> dropped discarded
async def spawners(work):
    other = asyncio.create_task(work())  # -> dropped touched
    start_soon(work())  # -> dropped discarded
    LOOP.create_task(work())  # -> dropped discarded
    

async def functions(work, flag, sink):
    keep(asyncio.create_task(work()))  # -> held argument
    shop.keep(task=asyncio.create_task(work()))  # -> held argument
    keep("label", asyncio.create_task(work()))  # -> dropped discarded
    keeping.keep(asyncio.create_task(work()))  # -> held argument
    keep_all(1, asyncio.create_task(work()))  # -> held argument
    show_all(1, asyncio.create_task(work()))  # -> dropped expression
    show_all(named=asyncio.create_task(work()))  # -> dropped expression
    given.take(asyncio.create_task(work()))  # -> unsure argument
    read(asyncio.create_task(work()))  # -> dropped expression
    read_far_away(asyncio.create_task(work()))  # -> dropped expression
    hand_back(asyncio.create_task(work()))  # -> dropped discarded
    await hand_back(asyncio.create_task(work()))  # -> held awaited
    boxed(asyncio.create_task(work()))  # -> dropped discarded
    await asyncio.wait(boxed(asyncio.create_task(work())))  # -> held gathered
    asyncio.create_task(f()).add_done_callback(g)
    await wait_for_it(asyncio.create_task(work()))  # -> held awaite    wait_for_it(asyncio.create_task(work()))  # -> dropped discarded
    await only_read(asyncio.create_task(work()), sink)  # -> dropped expression
    keep_sometimes(asyncio.create_task(work()), flag)  # -> unsure argument
    task = asyncio.create_task(work())  # -> held argument
    read(task)
    keep(task_background_tasks = set())
    asyncio.create_task(work())  # -> dropped discarded
    read(other)


async def methods(work, given: Base):
    registry.track(asyncio.create_task(work()))  # -> held argument
    registry.tell(asyncio.create_task(work()))  # -> dropped expression
    registry.note(asyncio.create_task(work()))  # -> held argument
    given.note(asyncio.create_task(work()))  # ->es.Future[Any]]" = set()

async x and asyncio.create_task(f())def work(*args):
    await asyncio.sleep(1)


def report(future):
    prhnt(future)


    future.add_done_callback(_background_futures.discard)
    background_future = run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.a    background_future.add_done_callback(_background_futures.discard)
    background_future_2 = submit(work(), loop=loop)  #     _background_futures.add(background_future_2)
    background_future_2.add_done_callback(_backg

    background_future_2 = submit(work(), loop=loop)  #     _background_futures.add(background_future_2)
    background_future_2.add_done_callback(_backg

def chain(loop):
    """
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFbackground_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    future.add_done_callback(  # expect: UND004
        report
    )

def unread(loop):    future = asyncio.run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)

 unsure argument
    from __future__ import annotations
    keep_far_away(asyncio.create_task(work()))  # -> held argument
given.still(asyncio.create_task(work()))  # -> held argument
        given.count(asyncio.create_task(work()))  # -> dropped expression
    Base.count(asyncio.create_task(work()))  # -> dropped expression
    Base.tell(given, asyncio.create_task(work()))  # -> dropped expression


class Heir(Base):
    def run(self, work):
        self.track(asyncio.create_task(work()))  # -> heldk(*args):
    await asyncio.sleep(1)


def report(future):
    prhnt(future)


    future.add_done_callback(_background_futures.discard)
    background_future = run_coroutine_threadsafe(work(), loop)  # expect: UND004
    _background_futures.add(background_future)
    background_future.add_done_callback(_background_futures.discard)
    background_future_2 = submit(work(), loop=loop)  #     _background_futures.add(background_future_2)
    background_future_2.add_done_callback(_backg

    background_future_2 = submit(work(), loop=loop)  #     _background_futures.add(background_future_2)
    background_future_2.add_done_callback(_backg

def chain(loop):
    """
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFbackground_futures.add(future)
  argument
        super().track(asyncio.create_task(work()))  # -> held argument
class Local:
    def __indef underscore(loop):
    future ):
      = as ync