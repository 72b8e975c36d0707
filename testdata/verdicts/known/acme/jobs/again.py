"""A caller in the package itself, by its whole name."""

from acme.jobs.core import put


async def work():
    pass


def start():
    put(work())  # -> dropped wrapper
