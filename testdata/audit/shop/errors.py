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


class Server:
    """Its set has let go of what has failed before it is awaited."""

    def __init__(self, protocol) -> None:
        self._protocol = protocol

    async def serve(self, ports: list[int], stop: asyncio.Event) -> None:
        tasks: set[asyncio.Task[None]] = set()
        for port in ports:
            await self._protocol.bind(port)
            task = asyncio.create_task(load())  # -> none | failure: logged
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await stop.wait()
        await asyncio.gather(*tasks)

    async def serve_until_closed(self, stop: asyncio.Event) -> None:
        tasks: set[asyncio.Task[None]] = set()
        task = asyncio.create_task(load())  # -> none | failure: logged
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        await stop.wait()
        rest = asyncio.gather(*tasks)
        try:
            await asyncio.wait_for(rest, 5)
        finally:
            rest.exception()

    async def serve_at_once(self) -> None:
        tasks: set[asyncio.Task[None]] = set()
        for _ in range(3):
            task = asyncio.create_task(load())  # -> none | failure: awaited
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)


async def limited(work, limit: float) -> None:
    if limit <= 0:
        work = asyncio.ensure_future(work)  # -> none | failure: unknown
        work.cancel()
        try:
            return work.done()
        except ValueError as error:
            raise TimeoutError from error
    return await work


class Renewing:
    """A property lets go of the task when it is done."""

    def __init__(self) -> None:
        self.__writer: asyncio.Task[None] | None = None

    @property
    def _writer(self) -> asyncio.Task[None] | None:
        return self.__writer

    @_writer.setter
    def _writer(self, writer: asyncio.Task[None]) -> None:
        self.__writer = writer
        writer.add_done_callback(self.__reset_writer)

    def __reset_writer(self, _: object = None) -> None:
        self.__writer = None

    def send(self) -> None:
        self._writer = asyncio.create_task(load())  # -> none | failure: unknown

    async def flush(self) -> None:
        if self.__writer is not None:
            await self.__writer


async def wait_for_first(first, second) -> None:
    ended = asyncio.create_task(load())  # -> none | failure: awaited
    ready = asyncio.create_task(second.wait())  # -> none
    done, _ = await asyncio.wait([ended, ready], return_when=asyncio.FIRST_COMPLETED)
    for task in (ended, ready):
        if not task.done():
            task.cancel()
    if ended in done:
        await ended
    else:
        await ready


async def run_all(report) -> None:
    tasks = [asyncio.create_task(load()) for _ in "ab"]  # -> none | failure: unknown
    for task in tasks:
        task.add_done_callback(lambda _: report(task.exception()))
    await asyncio.wait(tasks)


class Doorbell:
    """What waits for an event cannot fail."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def answer(self, visitor: asyncio.Task[None]) -> None:
        ringing = asyncio.create_task(self._rung.wait())  # -> none | failure: handled
        await asyncio.wait({ringing, visitor}, return_when=asyncio.FIRST_COMPLETED)
        ringing.cancel()

    def answer_later(self, interval) -> None:
        self._answering = asyncio.create_task(
            self._answer(interval)
        )  # -> medium unstopped | failure: handled

    async def _answer(self, interval) -> None:
        log.info("every %s seconds", interval.total_seconds())
        while True:
            try:
                await load()
            except Exception:
                log.exception("cannot answer")
            finally:
                await asyncio.sleep(interval.total_seconds())
