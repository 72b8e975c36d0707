"""Calls through modules under other names."""

import pkg.spawning as sp
from pkg import twice as tw


def start(work):
    sp.spawn(work())  # -> dropped wrapper
    sp.go(work())  # -> dropped wrapper
    tw.spawn_again(work())  # -> dropped wrapper
    tw.make(work())  # -> dropped wrapper
