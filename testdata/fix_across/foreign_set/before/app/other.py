import asyncio

pending_tasks = set()


async def work(): ...


def start():
    task = asyncio.create_task(work())
    pending_tasks.add(task)
    task.add_done_callback(pending_tasks.discard)
    asyncio.create_task(work())
