import asyncio


def spawn(coro):
    return asyncio.create_task(coro)


def spawn_named(coro, name):
    task = spawn(coro)
    task.set_name(name)
    return task


class A:
    def dispatch(self, coro):
        print("dispatch")
        task = asyncio.create_task(coro)
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
