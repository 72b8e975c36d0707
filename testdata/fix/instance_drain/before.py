import asyncio


class Poller:
    """Asks again and again."""

    def __init__(self) -> None:
        self.count = 0

    async def start(self) -> None:
        asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(1)

    async def close(self) -> None:
        """Stop asking."""
        self.count = 0
        # No more.


class Session:
    async def __aenter__(self) -> "Session":
        asyncio.create_task(self.refresh())
        return self

    async def refresh(self) -> None:
        await asyncio.sleep(1)

    async def __aexit__(this, *args: object) -> None:
        print("left")


class Twice:
    def start(self) -> None:
        asyncio.create_task(asyncio.sleep(1))

    async def close(self) -> None:
        print("closed")

    async def stop(self) -> None:
        print("stopped")


class Blocking:
    def start(self) -> None:
        asyncio.create_task(asyncio.sleep(1))

    def close(self) -> None:
        print("closed")


class Open:
    def start(self) -> None:
        asyncio.create_task(asyncio.sleep(1))
