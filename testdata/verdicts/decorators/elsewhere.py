"""Calls in a third file, which names no decorator."""

from app import Service, plain
from app import typed as t


def start(service: Service):
    plain(1)  # -> dropped wrapper
    t(1)  # -> dropped wrapper
    service.refresh()  # -> dropped wrapper
