"""Things that all need."""

import asyncio
import logging
from typing import Any, TypeVar

from app import base

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def keep(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


log = logging.getLogger(__name__)


def say(text):
    base.note(text)
    log.info(text)
