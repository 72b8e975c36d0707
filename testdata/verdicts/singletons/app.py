"""Calls through such functions."""

import bus
from bus import get, get_other, work


def start():
    get().fire(work())  # -> dropped wrapper
    bus.get().fire(work())  # -> dropped wrapper
    one = get()
    one.fire(work())  # -> dropped wrapper
    get_other().fire(work())
