"""Nested functions that are only called in place."""

import asyncio


async def work(): ...


async def sorted_by(coros):
    ts = {}
    for c in coros:
        ts[c] = asyncio.create_task(c)  # -> dropped local-container
    order = sorted(coros, key=lambda c: ts[c].get_name())
    return [str(x) for x in order]


async def mapped(coros):
    ts = [asyncio.create_task(c) for c in coros]  # -> dropped local-container
    print(list(map(lambda i: ts[i].get_name(), range(2))))


async def appended_in(coros):
    ts = []
    print([ts.append(asyncio.create_task(c)) for c in coros])  # -> dropped local-container


async def lam_append(coros):
    ts = []
    print(list(map(lambda c: ts.append(asyncio.create_task(c)), coros)))  # -> dropped local-container


async def maxed(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> dropped local-container
    print(max(coros, key=lambda c: ts[c].get_name()))


async def sort_method(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> dropped local-container
    coros.sort(key=lambda c: ts[c].get_name())


async def def_in_place(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> dropped local-container

    def key(c):
        return ts[c].get_name()

    print(sorted(coros, key=key))


async def called(coros):
    ts = {}

    def start(c):
        ts[c] = asyncio.create_task(c)  # -> dropped local-container

    for c in coros:
        start(c)


async def called_later(coros, loop):
    ts = {}

    def start(c):
        ts[c] = asyncio.create_task(c)  # -> held closure

    loop.call_later(1, start, coros)


async def kept(coros, self):
    ts = {}
    self.key = lambda c: ts[c]
    for c in coros:
        ts[c] = asyncio.create_task(c)  # -> held closure


async def task_sorted(xs):
    t = asyncio.create_task(work())  # -> dropped touched
    print(sorted(xs, key=lambda x: (x, t.get_name())))


async def lazily(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> held closure
    return map(lambda i: ts[i].get_name(), range(2))


async def filtered(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> dropped local-container
    for c in filter(lambda c: ts[c].done(), coros):
        print(c)


async def awaited_in_place(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> held awaited

    async def finish(c):
        await ts[c]

    for c in coros:
        await finish(c)


async def as_task(coros):
    ts = {c: asyncio.create_task(c) for c in coros}  # -> held closure

    async def look(c):
        print(ts[c])

    await asyncio.gather(*(look(c) for c in coros))  # -> held awaited


async def two_deep(coros, self):
    t = asyncio.create_task(work())  # -> held closure

    def outer():
        self.key = lambda: print(t)

    outer()


async def mutual(coros):
    t = asyncio.create_task(work())  # -> held closure

    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        print(t)
        return n != 0 and even(n - 1)

    even(2)


async def through_another(coros):
    t = asyncio.create_task(work())  # -> dropped touched

    def show():
        print(t)

    def show_twice():
        show()
        show()

    show_twice()


async def given_away(coros, register):
    t = asyncio.create_task(work())  # -> held closure

    def show():
        print(t)

    show()
    register(show)


async def bounded(coros):
    running = {}
    waiting = iter(coros)

    def start_next():
        c = next(waiting)
        t = asyncio.create_task(c)  # -> held gathered
        running[t] = c

    start_next()
    while running:
        done, _ = await asyncio.wait(set(running.keys()), return_when=asyncio.FIRST_COMPLETED)
        for t in done:
            running.pop(t)
            start_next()


async def started_and_gathered(coros):
    ts = []

    def start(c):
        ts.append(asyncio.create_task(c))  # -> held gathered

    for c in coros:
        start(c)
    await asyncio.gather(*ts)


async def started_and_returned(coros):
    ts = {}

    def start(c):
        ts[c] = asyncio.create_task(c)  # -> held closure

    for c in coros:
        start(c)
    return ts


async def returned_by_nested(coros):
    t = asyncio.create_task(work())  # -> held closure

    def current():
        return t

    print(current())


async def calls(coros):
    returned_by_nested(coros)
    await started_and_returned(coros)
    await returned_by_nested(coros)
