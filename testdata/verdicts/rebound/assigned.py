"""An imported wrapper is something else under a condition."""

from util import spawn

if __debug__:
    spawn = print

spawn(work())  # -> unsure rebinding


async def work(): ...
