import asyncio


async def g(x):
    asyncio.create_task(x())

    def inner():
        nonlocal_task = task  # noqa: F821
        return nonlocal_task

    return inner


async def h(x):
    asyncio.create_task(x())

    def inner():
        task = 1
        return task

    return inner


def i(x):
    global task, background_task
    asyncio.create_task(x())


def j(x, options):
    asyncio.create_task(x())
    print(vars(options), dir(options), eval("1", {}))


def k(x):
    asyncio.create_task(x())

    def inner():
        return locals()

    return inner
