"""`Any` is another thing here, so both names come by their module."""

import asyncio
import signal
import typing

from traitlets import Any, HasTraits

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[typing.Any]] = set()
_Task = typing.TypeVar("_Task", bound="asyncio.Future[typing.Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


class App(HasTraits):
    extra = Any()

    def start(self, loop: asyncio.AbstractEventLoop):
        loop.add_signal_handler(signal.SIGTERM, lambda: _keep_task(asyncio.create_task(self.stop())))

    async def stop(self):
        print(self.extra)
