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


class Worker:
    def start(self):
        _keep_task(
            asyncio.create_task(self.work("some argument"))
        )  # a comment that is counted
        _keep_task(asyncio.create_task(self.work("some argument")))  # noqa: F821 that is not counted
        _keep_task(asyncio.create_task(self.work("an argument")))  # type: ignore[unused-awaitable]
        _keep_task(
            asyncio.create_task(self.work("some argument"))
        )  # mypy: is counted all the same
        self.name = _keep_task(
            asyncio.create_task(self.work("name"))
        ).get_name()  # its name
        _keep_task(
            asyncio.create_task(
                self.work("some argument that is too long for one line of the editor")
            )
        )  # short

    async def work(self, what):
        await asyncio.sleep(0)
