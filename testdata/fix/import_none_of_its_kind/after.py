"""The first `from` import of the standard library stands with the others of it."""

import asyncio
import signal
from typing import Any, TypeVar
from russound_rio import Russound
from traitlets import HasTraits

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    loop.add_signal_handler(signal.SIGTERM, lambda: _keep_task(asyncio.create_task(russ.close(HasTraits))))
