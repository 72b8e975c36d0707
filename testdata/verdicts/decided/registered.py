"""Coroutines that store their own task."""

import asyncio

RUNNING = set()


async def registered():
    RUNNING.add(asyncio.current_task())
    await asyncio.sleep(1)


async def named():
    task = asyncio.current_task()
    task.set_name("named")
    await asyncio.sleep(1)


class Pump:
    async def run(self):
        self.task = asyncio.current_task()
        await asyncio.sleep(1)

    def start(self):
        asyncio.create_task(self.run())  # -> unsure argument


def start():
    asyncio.create_task(registered())  # -> unsure argument
    asyncio.create_task(named())  # -> dropped discarded
