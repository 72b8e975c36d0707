"""An earlier star import, and one that brings no such name, change nothing."""

from other import *
from util import spawn
from fewer import *

spawn(work())  # -> dropped wrapper


async def work(): ...
