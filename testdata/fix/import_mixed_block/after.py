from __future__ import annotations
import asyncio
from russound_rio import Russound

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def on_stop(hass, russ: Russound):
    task = hass.loop.create_task(russ.close())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
