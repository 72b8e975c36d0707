from __future__ import annotations

import asyncio
from typing import Any, TypeVar

# What speaks to the amplifier.
from russound_rio import Russound

from .const import DOMAIN

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


def on_stop(hass, russ: Russound):
    _keep_task(hass.loop.create_task(russ.close(DOMAIN)))
    hass.loop.call_soon(lambda: _keep_task(hass.loop.create_task(russ.close(DOMAIN))))
