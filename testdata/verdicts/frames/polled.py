"""Loops that run until tasks are done."""

import asyncio


async def work(): ...


async def drained(coros):
    tasks = {asyncio.create_task(c): c for c in coros}  # -> held gathered
    while tasks:
        done, _ = await asyncio.wait(tasks.keys(), return_when=asyncio.FIRST_COMPLETED)
        for t in done:
            tasks.pop(t)


async def drained_list(coros):
    tasks = {asyncio.create_task(c): c for c in coros}  # -> held gathered
    while tasks:
        done, _ = await asyncio.wait(list(tasks), return_when=asyncio.FIRST_COMPLETED)
        for t in done:
            del tasks[t]


async def drained_remove(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held gathered
    while tasks:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for t in done:
            tasks.remove(t)


async def drained_minus(coros):
    tasks = {asyncio.create_task(c) for c in coros}  # -> held gathered
    while tasks:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        tasks -= done


async def drained_set(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held gathered
    while len(tasks) > 0:
        done, _ = await asyncio.wait(set(tasks), return_when=asyncio.FIRST_COMPLETED)
        tasks = [t for t in tasks if t not in done]


async def polled(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held frame
    while any(not t.done() for t in tasks):
        await asyncio.sleep(1)


async def polled_all(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held frame
    while not all(t.done() for t in tasks):
        await asyncio.sleep(1)


async def polled_flag(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held frame
    running = True
    while running:
        running = any(not t.done() for t in tasks)
        await asyncio.sleep(1)


async def polled_loop_flag(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held frame
    busy = True
    while busy:
        busy = False
        for t in tasks:
            if not t.done():
                busy = True
        await asyncio.sleep(1)


async def polled_break(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> unsure conditional
    while True:
        if all(t.done() for t in tasks):
            break
        await asyncio.sleep(1)


async def filtered(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> held frame
    while tasks:
        tasks = [t for t in tasks if not t.done()]
        await asyncio.sleep(1)


async def polled_wrong(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> unsure conditional
    while any(t.done() for t in tasks):
        await asyncio.sleep(1)


async def not_drained(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> dropped local-container
    while tasks:
        print(len(tasks))
        tasks.pop()


async def popped_first(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> dropped local-container
    while tasks:
        print(tasks.pop(0).done())


async def cleared(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> dropped local-container
    while tasks:
        await asyncio.sleep(1)
        tasks.clear()


async def counts_done(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> unsure conditional
    while sum(t.done() for t in tasks) < len(tasks):
        await asyncio.sleep(1)


async def discards(coros):
    tasks = set()
    for c in coros:
        t = asyncio.create_task(c)  # -> held frame
        tasks.add(t)
        t.add_done_callback(tasks.discard)
    while tasks:
        await asyncio.sleep(1)


async def for_loop(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> unsure conditional
    for _ in range(10):
        if all(t.done() for t in tasks):
            break
        await asyncio.sleep(1)


async def leaves_early(coros):
    tasks = {asyncio.create_task(c) for c in coros}  # -> unsure conditional
    while tasks:
        done, _ = await asyncio.wait(
            tasks, timeout=1, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            break
        tasks -= done


async def by_name(coros):
    tasks = {str(c): asyncio.create_task(c) for c in coros}  # -> held frame
    while tasks:
        await asyncio.sleep(1)
        for name, t in list(tasks.items()):
            if t.done():
                del tasks[name]


async def taken_from_done(coros):
    tasks = {asyncio.create_task(c) for c in coros}  # -> held gathered
    while tasks:
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        t = done.pop()
        tasks.remove(t)


async def not_polled(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> dropped local-container
    if any(not t.done() for t in tasks):
        await asyncio.sleep(1)


async def half(coros):
    tasks = [asyncio.create_task(c) for c in coros]  # -> dropped local-container
    while tasks:
        await asyncio.sleep(1)
        tasks = tasks[1:]


async def what_it_gives_is_no_flag(phone, bot):
    text = await phone.hear()
    while text != "stop":
        hearing = asyncio.create_task(phone.hear())  # -> held awaited
        for part in bot.answer(text):
            if hearing.done():
                text = hearing.result()
                break
            await phone.say(part)
        if not hearing.done():
            text = await hearing
