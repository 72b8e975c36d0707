"""What a later star import brings is not known."""

from util import spawn
from curio import *

spawn(work())  # -> unsure rebinding


async def work(): ...
