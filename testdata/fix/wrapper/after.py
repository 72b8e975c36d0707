import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def spawn(coro):
    task = asyncio.create_task(coro)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def spawn_named(coro, name):
    task = spawn(coro)
    task.set_name(name)
    return task


class A:
    def dispatch(self, coro):
        print("dispatch")
        task = asyncio.create_task(coro)
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return task

    def f(self, x):
        self.dispatch(x())


async def g(x):
    spawn(x())
    spawn(x())
    spawn_named(x(), "n")
    await spawn(x())
    t = spawn(x())
    await t
