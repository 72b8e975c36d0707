"""An object that can be called as the factory, which keeps what it makes."""

import asyncio


class Factory:
    def __init__(self):
        self.all = set()

    def __call__(self, loop, coro, **kwargs):
        task = asyncio.Task(coro, loop=loop, **kwargs)  # -> held container
        self.all.add(task)
        task.add_done_callback(self.all.discard)
        return task


async def main(work):
    asyncio.get_running_loop().set_task_factory(Factory())
    asyncio.create_task(work())  # -> held factory
