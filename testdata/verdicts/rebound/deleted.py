"""The name is deleted."""

from util import spawn

del spawn
spawn(work())  # -> unsure rebinding


async def work(): ...
