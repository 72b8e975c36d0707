import asyncio


class Cache:
    async def _refresh(self) -> None:
        await asyncio.sleep(1)

    async def sync_task(self) -> None:
        await asyncio.sleep(1)

    async def start(self) -> None:
        asyncio.create_task(self._refresh())
        asyncio.create_task(self._refresh())
        asyncio.create_task(self.sync_task())
        asyncio.create_task(self._refresh())
        asyncio.create_task(self._refresh())

    async def restart(self, coro, Worker) -> None:
        task = asyncio.create_task(self._refresh())
        await task
        asyncio.create_task(Worker())
        asyncio.create_task(coro)

        async def inner() -> None:
            asyncio.create_task(self._refresh())

        await inner()
