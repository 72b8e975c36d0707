"""Replaces methods of objects and classes."""

from bus import Pool, bus

KEPT = set()


def keeping(coro):
    KEPT.add(coro)


def install():
    bus.fire = keeping


Pool.spawn = keeping
