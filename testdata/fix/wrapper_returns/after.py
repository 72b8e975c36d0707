import asyncio
import sys

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def spawn(coro, name=None):
    if name is not None:
        task = asyncio.create_task(coro, name=name)
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return task
    background_task = asyncio.create_task(coro)
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    return background_task


def both(coro, other):
    return asyncio.create_task(coro), asyncio.create_task(other)


def outer(coro):
    if coro is None:
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return task
    return spawn(coro)


def asserted(coro):
    if coro is None:
        return asyncio.create_task(work())
    assert (task := asyncio.create_task(coro))
    return task


if sys.version_info >= (3, 12):

    def start(coro):
        return asyncio.create_task(coro, eager_start=True)

else:

    def start(coro):
        return asyncio.create_task(coro)


async def work():
    await asyncio.sleep(0)


async def main():
    spawn(work())
    spawn(work(), name="work")
    both(work(), work())
    outer(work())
    asserted(work())
    start(work())
