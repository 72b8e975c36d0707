"""Callers of what came through another package."""

import hub.core as core
from hub.core import Pool


async def work():
    pass


def start():
    Pool().spawn(work())  # -> dropped wrapper
    core.spawn(work())  # -> dropped wrapper
