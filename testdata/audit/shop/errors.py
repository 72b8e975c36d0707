"""Who sees an exception or a cancellation, and who only seems to."""

import asyncio
import contextlib
import logging
import shutil

log = logging.getLogger(__name__)


async def load() -> None:
    await asyncio.to_thread(open, "list")


async def clear(name: str) -> None:
    shutil.rmtree(name)


async def clear_later(name: str) -> None:
    await asyncio.sleep(60)
    await clear(name)


def forget(name: str) -> None:
    asyncio.create_task(clear_later(name))  # -> high dropped | failure: logged


def stop_and_exit(loop: asyncio.AbstractEventLoop) -> None:
    future = asyncio.run_coroutine_threadsafe(
        load(), loop
    )  # -> none | failure: awaited
    future.result()


async def answer(request) -> BaseException | None:
    error = None
    try:
        await request.read()
    except BaseException as caught:
        error = caught
    return error


async def serve(request, store) -> None:
    error = await answer(request)
    await store.save(request, error)


async def serve_once(request, store) -> None:
    task = asyncio.create_task(serve(request, store))  # -> none | cancellation: unknown
    await task


async def drained(request) -> None:
    try:
        await request.read()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await request.close()


async def serve_drained(request, store) -> None:
    await drained(request)
    await store.save(request)


async def serve_drained_once(request, store) -> None:
    task = asyncio.create_task(
        serve_drained(request, store)
    )  # -> none | cancellation: propagates
    await task
