"""Tasks made while a module is imported."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work():
    pass


loop = asyncio.new_event_loop()
task = loop.create_task(work())  # expect: UND001

for _ in range(3):
    work_task = loop.create_task(work())  # expect: UND001
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)

loop.run_forever()
