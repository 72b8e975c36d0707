"""Tasks made while a module is imported."""

import asyncio


async def work():
    pass


loop = asyncio.new_event_loop()
loop.create_task(work())  # expect: UND001

for _ in range(3):
    loop.create_task(work())  # expect: UND001

loop.run_forever()
