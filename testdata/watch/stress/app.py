"""Tasks that are lost only if garbage is collected while they wait. The comment behind a site is for `--gc-stress 5`."""

import asyncio
import gc


async def wait_forever():
    await asyncio.get_running_loop().create_future()


async def main():
    for _ in range(20):
        asyncio.create_task(wait_forever())  # -> lost
        await asyncio.sleep(0)
    kept = [asyncio.create_task(asyncio.sleep(0.01)) for _ in range(20)]  # -> held
    await asyncio.wait(kept)


# As in a program that makes little garbage.
gc.disable()
asyncio.run(main())
