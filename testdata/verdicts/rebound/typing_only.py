"""The name is imported from elsewhere at run time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from util import spawn
else:
    from other import spawn

spawn(work())  # -> unsure rebinding


async def work(): ...
