"""What stops a task is called by a coroutine that something else runs."""

import asyncio
import contextlib


class Probe:
    def __init__(self) -> None:
        self._listeners: set[object] = set()
        self._probing: asyncio.Task[None] | None = None

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(5)

    def join_probe(self, listener: object) -> None:
        if self._probing is None:
            self._probing = asyncio.create_task(
                self._probe()
            )  # -> none | stopped_by: `Probe.leave_probe` cancels it
        self._listeners.add(listener)

    async def leave_probe(self, listener: object) -> None:
        self._listeners.discard(listener)
        if not self._listeners:
            self._probing.cancel()
            await asyncio.wait([self._probing])
            self._probing = None


class Status:
    """Its `finally` runs as the coroutine ends, by whatever ends it."""

    def __init__(self) -> None:
        self._updates: asyncio.Queue[str] = asyncio.Queue()

    def routes(self) -> dict[str, object]:
        return {"/status": RouteHandler(self.follow)}

    async def follow(self, probe) -> None:
        probe.join_probe(self)
        try:
            while await self._updates.get():
                print("changed")
        finally:
            await probe.leave_probe(self)


class RouteHandler:
    def __init__(self, function) -> None:
        self.function = function


class Meter:
    """A coroutine that is registered stops it in its `finally`."""

    def start(self) -> None:
        self._metering = asyncio.create_task(
            self._meter()
        )  # -> none | stopped_by: `Meter.finish` cancels it

    async def _meter(self) -> None:
        while True:
            await asyncio.sleep(1)

    async def finish(self) -> None:
        self._metering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._metering


class Panel:
    def __init__(self, client, meter: Meter) -> None:
        self._meter = meter
        self._shown = asyncio.Event()
        client.register_handler("panel", self._show)

    async def _show(self) -> None:
        try:
            await self._shown.wait()
        finally:
            await self._meter.finish()


class Alarm:
    """An object that is known by its name only is told of an event."""

    def ring(self) -> None:
        self._ringing = asyncio.create_task(
            self._ring()
        )  # -> none | stopped_by: `Alarm.mute` cancels it

    async def _ring(self) -> None:
        while True:
            await asyncio.sleep(1)

    async def mute(self) -> None:
        self._ringing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._ringing


class Buttons:
    def __init__(self, client, alarm) -> None:
        self._alarm = alarm
        client.register_handler("button", self._pressed)

    async def _pressed(self) -> None:
        await self._alarm.mute()
