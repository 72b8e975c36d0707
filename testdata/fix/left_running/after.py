import asyncio
from asyncio import FIRST_COMPLETED, create_task

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(number=0):
    await asyncio.sleep(number)


async def first():
    _, pending = await asyncio.wait(
        [create_task(work(1)), create_task(work(2))], return_when=FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    return 1


async def limited():
    t = create_task(work())
    t.set_name("work")
    _, pending = await asyncio.wait([t], timeout=1)  # a second is enough
    for task in pending:
        task.cancel()
    if t.done():
        print("in time")


async def several(works):
    waiting = []
    for each in works:
        waiting.append(create_task(each))
    _, pending = await asyncio.wait(waiting, timeout=1)
    for task in pending:
        task.cancel()


async def comprehended(works):
    _, pending = await asyncio.wait({create_task(each) for each in works}, timeout=1)
    for task in pending:
        task.cancel()


async def mapped(works):
    _, pending = await asyncio.wait(list(map(create_task, works)), timeout=1)
    for task in pending:
        task.cancel()


async def unnamed():
    done, pending = await asyncio.wait(
        [create_task(work(1)), create_task(work(2))], return_when=FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    return 1


async def long_lines(number):
    _, pending = await asyncio.wait(
        [
            create_task(work(number + 1)),
            create_task(work(number + 2)),
            create_task(work(3)),
        ],
        return_when=FIRST_COMPLETED,
    )
    for task in pending:
        task.cancel()


async def nearly_long(number):
    _, pending = await asyncio.wait(
        [create_task(work(1)), create_task(work(number))], timeout=number
    )
    for task in pending:
        task.cancel()


async def twice():
    _, pending = await asyncio.wait([create_task(work(1))], timeout=1)
    for task in pending:
        task.cancel()
    _done, pending_tasks = await asyncio.wait([create_task(work(2))], timeout=1)
    for pending_task in pending_tasks:
        pending_task.cancel()


async def names_taken(_, pending):
    task = _("work")
    _done, pending_tasks = await asyncio.wait([create_task(work(1))], timeout=1)
    for pending_task in pending_tasks:
        pending_task.cancel()
    return task, pending


async def in_loop(works):
    while True:
        t = create_task(work())
        _, pending = await asyncio.wait([t], timeout=1)
        for task in pending:
            task.cancel()


async def again():
    t = create_task(work())
    for _ in range(3):
        await asyncio.wait([t], timeout=1)


async def waited_twice():
    t = create_task(work())
    await asyncio.wait([t], timeout=1)
    await asyncio.wait([t], timeout=2)


async def other_task(stop):
    await asyncio.wait([create_task(work()), stop], return_when=FIRST_COMPLETED)


async def one_line(soon):
    if soon:
        _, pending = await asyncio.wait([create_task(work())], timeout=1)
        for task in pending:
            task.cancel()


async def shielded():
    try:
        await asyncio.wait_for(asyncio.shield(create_task(work())), 1)
    except TimeoutError:
        print("it goes on")


async def seen():
    await asyncio.wait([create_task(work())], timeout=1)
    return locals()


async def wait_a_bit(tasks):
    await asyncio.wait(tasks, timeout=1)


async def through_function():
    await wait_a_bit([create_task(work())])


def started(coro):
    return create_task(coro)


async def of_wrapper():
    _, pending = await asyncio.wait([started(work())], timeout=1)
    for task in pending:
        task.cancel()


class Job:
    async def run(self):
        async with asyncio.timeout(1):
            _, pending = await asyncio.wait(
                [create_task(work()), create_task(self.wait())],
                return_when="FIRST_COMPLETED",
            )
            for task in pending:
                task.cancel()

    async def wait(self):
        await asyncio.sleep(1)


async def in_expression():
    return [await asyncio.wait([create_task(work())], timeout=1)] and 1


async def discarded():
    task = create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
