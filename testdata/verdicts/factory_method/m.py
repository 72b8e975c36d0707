"""What is made under this factory, or replaced spawner."""

import asyncio

TASKS = set()


class Factory:
    def __call__(self, loop, coro, **kw):
        task = asyncio.Task(coro, loop=loop, **kw)  # -> held container
        TASKS.add(task)
        task.add_done_callback(TASKS.discard)
        return task


class App:
    def __init__(self):
        self._tasks = set()

    def factory(self, loop, coro, **kw):
        task = asyncio.Task(coro, loop=loop, **kw)  # -> held container
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def main(self, work):
        asyncio.get_running_loop().set_task_factory(self.factory)
        asyncio.create_task(work())  # -> held factory
