"""Attributes that get a new task on every call."""

import asyncio


async def work(*args):
    await asyncio.sleep(1)


class Typing:
    def __init__(self):
        self.task = None

    def on_message(self, message):
        self.task = asyncio.create_task(work(message))  # expect: UND108

    def on_edit(self, message):
        self.task = asyncio.create_task(work(message))  # expect: UND108
        self.task.add_done_callback(print)

    def stop(self):
        if self.task is not None:
            self.task.cancel()


class Poller:
    def __init__(self):
        self.poll = None

    async def forever(self):
        while True:
            self.poll = asyncio.create_task(work())  # expect: UND108
            await asyncio.sleep(10)


class Heart:
    async def run(self):
        while True:
            self._beat()
            await asyncio.sleep(1)

    def _beat(self):
        self.beat = asyncio.create_task(work())  # expect: UND108


class Sessions:
    def __init__(self):
        self.sessions = {}

    async def on_message(self, session, message):
        session.current_task = asyncio.create_task(work(message))  # expect: UND108

    async def handle_named(self, session, message):
        task = asyncio.create_task(work(session, message))
        task.add_done_callback(print)
        session.current_task = task  # expect: UND108

    async def on_edit(self, key, message):
        session = self.sessions[key]
        session.current_task = asyncio.create_task(work(message))  # expect: UND108


async def serve(websocket, session):
    async for message in websocket:
        session.current_task = asyncio.create_task(work(message))  # expect: UND108


async def on_query(registry, key, message):
    session = registry.require(key)
    task = asyncio.create_task(work(session, message))
    session.current_task = task  # expect: UND108
