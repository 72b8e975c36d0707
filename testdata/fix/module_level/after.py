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


loop = asyncio.new_event_loop()


async def work(n=0): ...


_keep_task(loop.create_task(work()))
_keep_task(loop.create_task(work(1))).add_done_callback(print)
for i in range(3):
    _keep_task(loop.create_task(work(i)))
loop.run_forever()
