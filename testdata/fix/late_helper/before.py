import asyncio


async def work(): ...


async def main(flag=False):
    running = flag or asyncio.create_task(work())
    asyncio.create_task(work())


asyncio.run(main())

_kept = set()


def keep(task):
    _kept.add(task)
    task.add_done_callback(_kept.discard)
    return task
