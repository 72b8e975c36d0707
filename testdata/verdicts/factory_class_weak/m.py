"""A factory of tasks that nothing keeps, whatever they do with themselves."""

import asyncio
import weakref

RUNNING = weakref.WeakSet()


class SeenTask(asyncio.Task):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        RUNNING.add(self)
        print(self)


def factory(loop, coro, **options):
    return SeenTask(coro, loop=loop, **options)  # -> held returned


async def main(work):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    asyncio.create_task(work())  # -> dropped discarded
