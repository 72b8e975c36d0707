import asyncio
from asyncio import FIRST_COMPLETED, create_task


async def work(number=0):
    await asyncio.sleep(number)


async def first():
    await asyncio.wait(
        [create_task(work(1)), create_task(work(2))], return_when=FIRST_COMPLETED
    )
    return 1


async def limited():
    t = create_task(work())
    t.set_name("work")
    await asyncio.wait([t], timeout=1)  # a second is enough
    if t.done():
        print("in time")


async def several(works):
    waiting = []
    for each in works:
        waiting.append(create_task(each))
    await asyncio.wait(waiting, timeout=1)


async def comprehended(works):
    await asyncio.wait({create_task(each) for each in works}, timeout=1)


async def mapped(works):
    await asyncio.wait(list(map(create_task, works)), timeout=1)


async def unnamed():
    done, _ = await asyncio.wait(
        [create_task(work(1)), create_task(work(2))], return_when=FIRST_COMPLETED
    )
    return 1


async def long_lines(number):
    await asyncio.wait(
        [
            create_task(work(number + 1)),
            create_task(work(number + 2)),
            create_task(work(3)),
        ],
        return_when=FIRST_COMPLETED,
    )


async def nearly_long(number):
    await asyncio.wait(
        [create_task(work(1)), create_task(work(number))], timeout=number
    )


async def twice():
    await asyncio.wait([create_task(work(1))], timeout=1)
    await asyncio.wait([create_task(work(2))], timeout=1)


async def names_taken(_, pending):
    task = _("work")
    await asyncio.wait([create_task(work(1))], timeout=1)
    return task, pending


async def in_loop(works):
    while True:
        t = create_task(work())
        await asyncio.wait([t], timeout=1)


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
        await asyncio.wait([create_task(work())], timeout=1)


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
    await asyncio.wait([started(work())], timeout=1)


class Job:
    async def run(self):
        async with asyncio.timeout(1):
            await asyncio.wait(
                [create_task(work()), create_task(self.wait())],
                return_when="FIRST_COMPLETED",
            )

    async def wait(self):
        await asyncio.sleep(1)


async def in_expression():
    return [await asyncio.wait([create_task(work())], timeout=1)] and 1


async def discarded():
    create_task(work())
