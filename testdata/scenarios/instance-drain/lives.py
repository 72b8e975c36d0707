"""Makes objects, closes them, and counts what is left of them and of their tasks."""

import asyncio
import gc
import weakref

from poller import Poller


async def main() -> None:
    stops: list[str] = []
    alive = []
    for _ in range(10):
        poller = Poller(stops)
        poller.start()
        alive.append(weakref.ref(poller))
        await asyncio.sleep(0)
        await poller.close()
        del poller
    await asyncio.sleep(0)
    gc.collect()
    print("objects:", sum(ref() is not None for ref in alive))
    print("tasks:", len(asyncio.all_tasks()) - 1)
    print("stopped:", stops.count("stopped"), "closed:", stops.count("closed"))


asyncio.run(main())
