"""Calls of methods that are overridden in other folders."""

from pkg import App, Bus, Plain
from pkg.bus import Mixed, MixedAfter, work


def start(bus: Bus, plain: Plain, app: App):
    bus.fire(work())  # -> unsure receiver
    plain.fire(work())  # -> dropped wrapper
    app.run(work())  # -> unsure conditional


def start_new():
    app = App()
    app.run(work())  # -> unsure conditional


def start_mixed(mixed: Mixed, after: MixedAfter):
    mixed.fire(work())  # -> unsure receiver
    mixed.again()  # -> unsure receiver
    after.fire(work())  # -> dropped wrapper
    new = Mixed()
    new.fire(work())  # -> dropped wrapper
