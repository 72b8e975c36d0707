import asyncio

task_reference_holder = set()


async def work():
    await asyncio.sleep(0)


async def kept():
    task = asyncio.create_task(work())
    task_reference_holder.add(task)
    task.add_done_callback(task_reference_holder.discard)


async def dropped():
    asyncio.create_task(work())
