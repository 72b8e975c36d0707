"""Tasks that are made without `create_task`: by their class, by one of its subclasses, and by one that keeps its end to itself."""

import asyncio
import gc


class Silent(asyncio.Task):
    def add_done_callback(self, *args, **kwargs):
        raise RuntimeError("no callbacks")


def silent(loop, coro, **_):
    return Silent(coro, loop=loop)  # -> not-seen


async def pause():
    await asyncio.sleep(0.01)


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def main():
    loop = asyncio.get_running_loop()
    asyncio.Task(wait_forever())  # -> lost
    asyncio.Task(pause(), loop=loop)  # -> never-lost
    kept = asyncio.Task(pause())  # -> held
    loop.set_task_factory(silent)
    asyncio.create_task(pause())  # -> not-seen
    loop.set_task_factory(None)
    await asyncio.sleep(0.1)
    gc.collect()
    await kept
    print(type(kept) is asyncio.Task, isinstance(kept, asyncio.Task))


asyncio.run(main())
