"""Attributes whose task before is looked after, or that get one task only."""

import asyncio


async def work(*args):
    await asyncio.sleep(1)


class Service:
    def __init__(self, port):
        self.task = asyncio.create_task(work(port))

    async def start(self, port):
        self.task = asyncio.create_task(work(port))

    def begin(self):
        self.task = asyncio.create_task(work())


class Debounced:
    def __init__(self):
        self.task = None
        self.closed = False
        self.all = set()

    def checked(self, message):
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(work(message))

    def cancelled(self, message):
        self.cancel()
        self.task = asyncio.create_task(work(message))

    def cancel(self):
        if self.task is not None:
            self.task.cancel()

    def cancelled_deeper(self, message):
        self.reset()
        self.task = asyncio.create_task(work(message))

    def reset(self):
        self.cancel()

    async def awaited(self, message):
        self.task = asyncio.create_task(work(message))
        await self.task

    def guarded(self, message):
        if self.closed:
            return
        self.task = asyncio.create_task(work(message))

    def kept_elsewhere(self, message):
        self.task = asyncio.create_task(work(message))
        self.all.add(self.task)

    async def rounds(self):
        while True:
            self.task = asyncio.create_task(work())
            await asyncio.wait([self.task], timeout=1)

    async def tries(self):
        while True:
            try:
                self.task = asyncio.create_task(work())
                await work()
            except ValueError:
                self.cancel()
            else:
                break

    async def grouped(self, message):
        async with asyncio.TaskGroup() as group:
            self.task = group.create_task(work(message))


class Protocol:
    def lose(self, code):
        if not hasattr(self, "closing"):
            self.closing = asyncio.create_task(work(code))

    async def run(self):
        while True:
            await work()
            self.lose(1)


class Session:
    def __init__(self):
        self.current_task = None


class Sessions:
    def __init__(self):
        self.sessions = {}

    async def on_connect(self, session):
        session.reader_task = asyncio.create_task(work(session))

    async def on_new_session(self, message):
        session = Session()
        session.current_task = asyncio.create_task(work(message))
        self.sessions[message] = session

    async def on_message(self, session, message):
        if session.current_task is None:
            session.current_task = asyncio.create_task(work(message))

    async def on_edit(self, session, message):
        await self.stop(session)
        session.current_task = asyncio.create_task(work(message))

    async def stop(self, session):
        if session.current_task is not None:
            session.current_task.cancel()

    async def on_delete(self, session, message):
        task = asyncio.create_task(work(message))
        session.current_task = task
        await task


async def serve(websockets):
    async for session in websockets:
        session.current_task = asyncio.create_task(work(session))


async def on_event(registry, key, message):
    session = registry.open_session(key)
    session.current_task = asyncio.create_task(work(message))
