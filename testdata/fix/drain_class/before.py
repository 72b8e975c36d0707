"""The one object of a class makes the tasks, and `main` closes it."""

import asyncio


async def work() -> None:
    await asyncio.sleep(60)


class Manager:
    """There is one of it."""

    async def start(self) -> None:
        asyncio.create_task(work())

    async def __aenter__(self) -> "Manager":
        await self.start()
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close what is open."""
        print("closed")


manager = Manager()


async def main() -> None:
    async with manager:
        await asyncio.sleep(1)


asyncio.run(main())
