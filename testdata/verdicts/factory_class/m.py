"""A factory of tasks that register themselves."""

import asyncio

RUNNING = set()


class KeptTask(asyncio.Task):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        RUNNING.add(self)
        self.add_done_callback(RUNNING.discard)


def factory(loop, coro, **options):
    return KeptTask(coro, loop=loop, **options)  # -> held returned


async def main(work):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    asyncio.create_task(work())  # -> held factory
