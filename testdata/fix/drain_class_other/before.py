"""The object that is closed does not make all of the tasks."""

import asyncio


async def work() -> None:
    await asyncio.sleep(60)


class Manager:
    async def start(self) -> None:
        asyncio.create_task(work())

    async def stop(self) -> None:
        print("stopped")


manager = Manager()


async def main() -> None:
    await manager.start()
    asyncio.create_task(work())
    await manager.stop()


asyncio.run(main())
