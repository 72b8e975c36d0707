"""A program with a task factory of its own, which keeps working. The comment behind a site says what a run shows."""

import asyncio
import gc

CREATED = []


class NamedTask(asyncio.Task):
    pass


def factory(loop, coro, **options):
    CREATED.append(coro.__qualname__)
    return NamedTask(coro, loop=loop, **options)  # -> not-seen


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def main():
    asyncio.get_running_loop().set_task_factory(factory)
    asyncio.create_task(wait_forever())  # -> lost
    kept = asyncio.create_task(asyncio.sleep(0.01), name="kept")  # -> held
    await asyncio.sleep(0)
    gc.collect()
    await kept
    print(CREATED, type(kept).__name__, kept.get_name())


asyncio.run(main())
