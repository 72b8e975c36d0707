import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

loop = asyncio.new_event_loop()


async def work(n=0): ...


task = loop.create_task(work())
work_task = loop.create_task(work(1))
work_task.add_done_callback(print)
for i in range(3):
    background_task = loop.create_task(work(i))
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
loop.run_forever()
