"""Callers across the packages of a folder."""

from acme.jobs import core
from acme.jobs.core import Queue, put


async def work():
    pass


def start():
    put(work())  # -> dropped wrapper
    core.put(work())  # -> dropped wrapper
    Queue().put(work())  # -> dropped wrapper
