"""A task that a variable of another task's context keeps, until that task sets the variable anew."""

import asyncio
import contextvars
import gc

current = contextvars.ContextVar("current", default=None)


class Owner:
    def start(self):
        self._task = asyncio.create_task(wait_forever())  # -> held-but-lost


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def forget():
    current.set(None)
    await asyncio.sleep(0.05)


async def main():
    owner = Owner()
    owner.start()
    current.set(owner)
    forgetting = asyncio.create_task(forget())  # -> held
    current.set(None)
    del owner
    await asyncio.sleep(0.01)
    gc.collect()
    await forgetting


asyncio.run(main())
