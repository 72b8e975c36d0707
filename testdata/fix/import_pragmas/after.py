"""What a comment began above the imports ends before anything else begins."""

import asyncio

# isort: off
# pylint: disable=unused-import

from traitlets import HasTraits  # noqa: F401
from traitlets import Unicode  # noqa: F401

# pylint: enable=unused-import
# isort: on

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

# What follows is about something else.
NAMES = []


def start(work):
    NAMES.append("start")
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
