"""Calls of star-imported wrappers."""

from pkg.spawning import *
from pkg.twice import *


def start(work):
    spawn(work())  # -> dropped wrapper
    spawn_again(work())  # -> dropped wrapper
    go(work())  # -> dropped wrapper
