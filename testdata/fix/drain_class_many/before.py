"""Of this class there may be many, and the module's set is for all of them."""

import asyncio


async def work() -> None:
    await asyncio.sleep(60)


class Manager:
    async def start(self) -> None:
        asyncio.create_task(work())

    async def close(self) -> None:
        print("closed")


async def main() -> None:
    managers = [Manager(), Manager()]
    for manager in managers:
        await manager.start()
    for manager in managers:
        await manager.close()


asyncio.run(main())
