import asyncio

from pkg.util import spawn_named

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


class Base:
    def dispatch(self, coro):
        task = asyncio.create_task(coro)
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        return task

    def named(self, coro):
        return spawn_named(coro, "n")
