"""A later star import brings another function of that name."""

from util import spawn
from other import *

spawn(work())  # -> unsure rebinding


async def work(): ...
