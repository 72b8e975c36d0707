import asyncio


class Poller:
    """Asks again and again."""

    def __init__(self, stops: list[str]) -> None:
        self.stops = stops

    def start(self) -> None:
        asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while True:
                await asyncio.sleep(0.01)
        finally:
            self.stops.append("stopped")

    async def close(self) -> None:
        self.stops.append("closed")
