"""What a `with` statement binds is what the entered object returns."""

import asyncio

from typing_extensions import Self


class Session:
    def subscribe(self):
        return [1]


class Client:
    async def __aenter__(self):
        return Session()

    async def __aexit__(self, *error):
        pass

    def subscribe(self):
        return asyncio.create_task(asyncio.sleep(1))  # -> held returned


class Connected(Client):
    async def __aenter__(self):
        return await self.connect()

    async def connect(self):
        return self


class Nested(Connected):
    async def __aenter__(self):
        return await super().__aenter__()


class Opened:
    def __enter__(self):
        self._opened = True
        return self

    def __exit__(self, *error):
        self._opened = False

    def spawn(self):
        return asyncio.create_task(asyncio.sleep(1))  # -> held returned


class Plugged:
    def __enter__(self) -> Self: ...

    def __exit__(self, *error) -> None: ...

    def spawn(self):
        return asyncio.create_task(asyncio.sleep(1))  # -> held returned


async def main():
    with Plugged() as plugged:
        plugged.spawn()  # -> dropped wrapper
    async with Client() as session:
        session.subscribe()
    async with Connected() as client:
        client.subscribe()  # -> dropped wrapper
    async with Nested() as client:
        client.subscribe()  # -> dropped wrapper
    with Opened() as opened:
        opened.spawn()  # -> dropped wrapper
    with Opened():
        Opened().spawn()  # -> dropped wrapper
