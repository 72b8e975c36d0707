"""Functions that return a fresh task, and callers that throw it away."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(*args):
    await asyncio.sleep(1)


def spawn(coro):
    task = asyncio.create_task(coro)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def spawn_named(coro, name):
    task = asyncio.create_task(coro)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.set_name(name)
    return task


def spawn_twice_removed(coro):
    return spawn(coro)


async def main():
    spawn(work())  # expect: UND005
    task = spawn_named(work(), "work")  # expect: UND005
    spawn_twice_removed(work())  # expect: UND005
    spawn(work()).add_done_callback(print)  # expect: UND005


class Service:
    def create_task(self, coro):
        task = asyncio.get_running_loop().create_task(coro)
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return task

    async def run(self):
        self.create_task(work())  # expect: UND005
        await self.create_task(work())


async def opted_out():
    spawn(work())  # noqa: RUF006
