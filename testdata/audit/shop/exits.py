"""Ways out of a function, by an exception or a cancellation, that leave a task running."""

import asyncio
import contextlib


async def weigh(name: str) -> float:
    return 1 / len(await asyncio.to_thread(str.upper, name))


async def only_cancelled(name: str, closed: asyncio.Event) -> None:
    """It catches its cancellation, but not what the other task raises."""
    closing = asyncio.ensure_future(closed.wait())  # -> none | lifetime: unknown
    weighing = asyncio.ensure_future(weigh(name))  # -> none | lifetime: call
    try:
        print(await weighing)
    except asyncio.CancelledError:
        pass
    closing.cancel()
    await asyncio.wait([closing])


async def whatever_happens(name: str, closed: asyncio.Event) -> None:
    closing = asyncio.ensure_future(closed.wait())  # -> none | lifetime: call
    try:
        print(await weigh(name))
    except BaseException as error:
        print(error)
    closing.cancel()
    await asyncio.wait([closing])


async def nothing_else_raised(closed: asyncio.Event) -> None:
    """A pause raises nothing but the cancellation."""
    closing = asyncio.ensure_future(closed.wait())  # -> none | lifetime: call
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print("cancelled")
    closing.cancel()
    await asyncio.wait([closing])


async def weighed_in_rounds(names: list[str], closed: asyncio.Event) -> None:
    closing = asyncio.ensure_future(closed.wait())  # -> none | lifetime: unknown
    while names:
        try:
            await asyncio.wait([closing], timeout=1)
            if closing.done():
                break
            print(await weigh(names.pop()))
        except asyncio.CancelledError:
            break
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)


async def one_by_one(name: str) -> float:
    """The first that fails leaves the second running."""
    first = asyncio.create_task(weigh(name))  # -> none | lifetime: call
    second = asyncio.create_task(weigh(name))  # -> none | lifetime: unknown
    return await first + await second


async def meanwhile(name: str) -> float:
    weighing = asyncio.create_task(weigh(name))  # -> none | lifetime: unknown
    await asyncio.sleep(1)
    return await weighing


async def meanwhile_guarded(name: str) -> float:
    weighing = asyncio.create_task(weigh(name))  # -> none | lifetime: call
    try:
        await asyncio.sleep(1)
        return await weighing
    finally:
        weighing.cancel()


async def refused(name: str) -> float:
    weighing = asyncio.create_task(weigh(name))  # -> none | lifetime: unknown
    if not name:
        raise ValueError(name)
    return await weighing


async def on_another_way(name: str) -> None:
    """Where it waits for something else there is no task."""
    if name:
        weighing = asyncio.create_task(weigh(name))  # -> none | lifetime: call
    else:
        await asyncio.sleep(1)
        return
    print(await weighing)


async def suppressed(name: str, closed: asyncio.Event) -> None:
    """What it waits for in between is caught, however it ends."""
    closing = asyncio.create_task(closed.wait())  # -> none | lifetime: call
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await weigh(name)
    closing.cancel()
    await asyncio.wait([closing])


async def merged(names: list[str]):
    """What the loop puts into the container is left as what is in it at first."""
    weighing = {
        asyncio.create_task(weigh(name)): name  # -> none | failure: observed
        for name in names
    }
    while weighing:
        done, _ = await asyncio.wait(weighing, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            name = weighing.pop(task)
            try:
                yield task.result()
                again = asyncio.create_task(
                    weigh(name)
                )  # -> none | lifetime: unknown | failure: observed
                weighing[again] = name
            except ZeroDivisionError:
                print(name)


async def conversation(phone, bot) -> None:
    """What is asked for in rounds may be done, and have failed, after the last of them."""
    text = await phone.hear()
    while text != "stop":
        hearing = asyncio.create_task(
            phone.hear()
        )  # -> none | lifetime: unknown | failure: unknown
        for part in bot.answer(text):
            if hearing.done():
                text = hearing.result()
                break
            await phone.say(part)
        if not hearing.done():
            text = await hearing


async def asked_for_each(phone, bot) -> None:
    hearing = [
        asyncio.create_task(phone.hear())  # -> none | failure: awaited
        for _ in bot.ears
    ]
    await asyncio.wait(hearing)
    for task in hearing:
        if task.done():
            print(task.result())


async def heard_in_rounds(phone) -> None:
    """What a loop waits for may raise, or be cancelled, before the task is cancelled."""
    hearing = asyncio.create_task(
        phone.hear()
    )  # -> none | lifetime: unknown | stop: found
    async for word in phone.words():
        print(word)
    hearing.cancel()


async def heard_in_block(phone) -> None:
    hearing = asyncio.create_task(
        phone.hear()
    )  # -> none | lifetime: unknown | stop: found
    async with phone.line():
        print("on the line")
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


async def start_to_hear(phone) -> asyncio.Task[str]:
    return asyncio.create_task(phone.hear())  # -> none


async def made_by_coroutine(phone) -> None:
    """It is the maker that is awaited first, and not the task."""
    hearing = await start_to_hear(
        phone
    )  # -> none | lifetime: unknown | failure: awaited-at-stop
    await phone.say("hello")
    hearing.cancel()
    await hearing


def run_all(loop: asyncio.AbstractEventLoop, *weighings) -> None:
    """One that fails ends the wait for the others, whatever future stands for them."""
    both = asyncio.gather(*weighings)  # -> none | lifetime: unknown
    task = asyncio.ensure_future(both)
    loop.run_until_complete(task)


async def await_all(first: str, second: str) -> None:
    both = asyncio.gather(weigh(first), weigh(second))  # -> none | lifetime: unknown
    await asyncio.wait_for(asyncio.ensure_future(both), 5)


async def await_one(first: str) -> None:
    only = asyncio.gather(weigh(first))  # -> none | lifetime: call
    await asyncio.ensure_future(only)


async def gathered_plainly(first: str, second: str) -> None:
    """The argument that is the default changes nothing."""
    both = asyncio.gather(
        weigh(first), weigh(second), return_exceptions=False
    )  # -> none | lifetime: unknown
    await both


async def ends_on_time(name: str, timeout: float) -> None:
    """A condition that has the letters of the task's name is not about the task."""
    t = asyncio.create_task(weigh(name))  # -> none
    if timeout > 1:
        t.cancel()
    await t
    print(name)
