"""A module hands the name on, and binds it to something else, too."""

from again import spawn

spawn(work())  # -> unsure rebinding


async def work(): ...
