"""What a comment began above the imports ends before anything else begins."""

import asyncio

# isort: off
# pylint: disable=unused-import

from traitlets import HasTraits  # noqa: F401
from traitlets import Unicode  # noqa: F401

# pylint: enable=unused-import
# isort: on

# What follows is about something else.
NAMES = []


def start(work):
    NAMES.append("start")
    asyncio.create_task(work())
