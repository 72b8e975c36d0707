"""Tasks made while a module is imported."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


loop = asyncio.new_event_loop()
task = loop.create_task(work())  # expect: UND001

for _ in range(3):
    background_task = loop.create_task(work())  # expect: UND001
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)

loop.run_forever()
