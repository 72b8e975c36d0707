"""Start and end the siren, with every second of `asyncio.wait` a hundredth of one."""

import asyncio
import logging
import sys
from types import SimpleNamespace

import siren

logging.basicConfig(format="%(levelname)s %(msg)s", stream=sys.stdout)
wait = asyncio.wait


async def quick_wait(tasks, timeout):
    """Wait for a shorter time."""
    return await wait(tasks, timeout=timeout / 100)


async def main() -> None:
    """Do what a server does."""
    app = siren.make(lambda: SimpleNamespace(on_startup=[], on_cleanup=[]))
    for handler in [*app.on_startup, *app.on_cleanup]:
        await handler(app)


asyncio.wait = quick_wait
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda _, context: print(context["message"]))
loop.run_until_complete(main())
print(f"the end, with {len(siren._background_tasks)} left")
loop.close()
siren._background_tasks.clear()
