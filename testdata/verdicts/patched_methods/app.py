"""Calls of methods that are replaced elsewhere."""

from bus import Bus, Pool, Tested, bus, work


def start(own: Bus, pool: Pool, tested: Tested):
    own.fire(work())  # -> unsure rebinding
    bus.fire(work())  # -> unsure rebinding
    pool.spawn(work())  # -> unsure rebinding
    tested.spawn(work())  # -> dropped wrapper
