import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def g(x):
    x_task = asyncio.create_task(x())
    _background_tasks.add(x_task)
    x_task.add_done_callback(_background_tasks.discard)

    def inner():
        nonlocal_task = task  # noqa: F821
        return nonlocal_task

    return inner


async def h(x):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)

    def inner():
        task = 1
        return task

    return inner


def i(x):
    global task, background_task
    x_task = asyncio.create_task(x())
    _background_tasks.add(x_task)
    x_task.add_done_callback(_background_tasks.discard)


def j(x, options):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    print(vars(options), dir(options), eval("1", {}))


def k(x):
    task = asyncio.create_task(x())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)

    def inner():
        return locals()

    return inner
