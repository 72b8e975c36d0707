"""Calls of a name that stands for a wrapper where it is defined."""

from pkg.spawning import POOL, go, keep_going, pooled


def start(work):
    go(work())  # -> dropped wrapper
    keep_going(work())  # -> managed wrapper
    pooled(work())  # -> dropped wrapper
    POOL.launch(work())  # -> dropped wrapper
