"""Tasks that run already, gathered once more: no new ones are made."""

import asyncio
import contextvars

KEPT = set()


def stop(loop):
    tasks = asyncio.all_tasks(loop=loop)
    for task in tasks:
        task.cancel()
    gathered = asyncio.gather(*tasks, return_exceptions=True)
    gathered.add_done_callback(lambda _: loop.stop())


def stop_at_once(loop):
    asyncio.gather(*asyncio.all_tasks(loop)).add_done_callback(lambda _: loop.stop())


def stop_others(loop):
    tasks = [t for t in asyncio.all_tasks(loop) if t is not asyncio.current_task()]
    asyncio.gather(*tasks).add_done_callback(lambda _: loop.stop())


def stop_but_one(loop):
    others = asyncio.all_tasks(loop) - {asyncio.current_task()}
    asyncio.gather(*others).add_done_callback(lambda _: loop.stop())


def stop_listed(loop):
    tasks = list(asyncio.all_tasks(loop))
    asyncio.gather(*tasks).add_done_callback(lambda _: loop.stop())


def stop_some(loop, tasks):
    tasks = tasks or asyncio.all_tasks(loop)
    asyncio.gather(*tasks).add_done_callback(  # -> unsure argument
        lambda _: loop.stop()
    )


def finish(loop, work):
    asyncio.gather(work(), *asyncio.all_tasks(loop))  # -> dropped discarded


def again(work):
    for task in asyncio.all_tasks():
        asyncio.ensure_future(task)
        asyncio.ensure_future(job(task))  # -> dropped discarded


def this_one():
    asyncio.shield(asyncio.current_task())


async def in_context(work, context: contextvars.Context):
    loop = asyncio.get_running_loop()
    task = context.run(loop.create_task, work())  # -> held container
    KEPT.add(task)
    asyncio.ensure_future(task).add_done_callback(lambda _: KEPT.remove(task))


async def job(*arguments): ...


async def drain(jobs):
    started = set()
    for job in jobs:
        task = asyncio.create_task(job)  # -> unsure conditional
        started.add(task)
        task.add_done_callback(started.discard)
    current = asyncio.current_task()
    while others := {t for t in asyncio.all_tasks() if t is not current}:
        await asyncio.wait(others)


async def finish_all(work):
    task = asyncio.create_task(work())  # -> unsure conditional
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    print("done")


async def finish_each(work):
    first = asyncio.create_task(work())  # -> unsure conditional
    for other in asyncio.all_tasks() - {asyncio.current_task()}:
        await other


async def count_all(work):
    task = asyncio.create_task(work())  # -> dropped unread
    print(len(asyncio.all_tasks()))
    await asyncio.sleep(1)


async def finish_before(work):
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    task = asyncio.create_task(work())  # -> dropped unread
