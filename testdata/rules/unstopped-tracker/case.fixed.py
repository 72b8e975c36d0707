"""Tasks of the application, and what its end does with them."""

import asyncio
import atexit

_never: set[asyncio.Task[None]] = set()  # expect: UND104
_transient: set[asyncio.Task[None]] = set()
_not_awaited: list[asyncio.Task[None]] = []  # expect: UND104
_drained: list[asyncio.Task[None]] = []
_uncalled: list[asyncio.Task[None]] = []  # expect: UND104
_handed_out: list[asyncio.Task[None]] = []
_by_request: dict[str, asyncio.Task[None]] = {}


async def work() -> None:
    """Work for a while."""
    try:
        await asyncio.sleep(60)
    except Exception as error:
        print(error)


async def poll() -> None:
    while True:
        await work()


def never() -> None:
    task = asyncio.create_task(poll())
    _never.add(task)
    task.add_done_callback(_never.discard)


def transient() -> None:
    task = asyncio.create_task(work())
    _transient.add(task)
    task.add_done_callback(_transient.discard)


def not_awaited() -> None:
    _not_awaited.append(asyncio.create_task(work()))


@atexit.register
def cancel_only() -> None:
    for task in _not_awaited:
        task.cancel()


def drained() -> None:
    _drained.append(asyncio.create_task(work()))


async def on_shutdown() -> None:
    for task in _drained:
        task.cancel()
    await asyncio.gather(*_drained, return_exceptions=True)


def uncalled() -> None:
    _uncalled.append(asyncio.create_task(work()))


async def _stop_uncalled() -> None:
    for task in _uncalled:
        task.cancel()
    await asyncio.wait(_uncalled, timeout=5)


def handed_out(registry) -> None:
    _handed_out.append(asyncio.create_task(work()))
    registry.watch(_handed_out)


def by_request(app, name: str) -> None:
    _by_request[name] = asyncio.create_task(work())

    @app.delete("/{name}")
    def forget(name: str) -> None:
        _by_request.pop(name).cancel()


class Poller:
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None  # expect: UND104

    def start(self) -> None:
        self._task = asyncio.create_task(work())


class Client:
    """Its users make it, and what they do with it is theirs."""

    def start(self) -> None:
        self._task = asyncio.create_task(work())


poller = Poller()


def make(framework):
    return framework(on_shutdown=[on_shutdown])
