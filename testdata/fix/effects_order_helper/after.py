import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


async def work(n=0): ...


class Counter:
    @property
    def next(self):
        return 1

    async def read(self, key):
        print(self.next, _keep_task(asyncio.create_task(work())))
        print(not key, _keep_task(asyncio.create_task(work())))
        print(key and key, _keep_task(asyncio.create_task(work())))
        print({key: 1}, _keep_task(asyncio.create_task(work())))
        print([self.next], _keep_task(asyncio.create_task(work())))
        found = []
        self.next[found.append(_keep_task(asyncio.create_task(work())))] = 1
        print(lambda n=self.next: n, _keep_task(asyncio.create_task(work())))
