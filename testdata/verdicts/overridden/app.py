"""Calls of methods that a subclass of the receiver's class may override."""

import bus
from bus import Assigned, Bus, Deep, Flagged, Lone, Plain, Queued, work
from keeping import KeepingBus

BUS = Bus()


def parameters(
    bus: Bus,
    plain: Plain,
    lone: Lone,
    queued: Queued,
    deep: Deep,
    flagged: Flagged,
    assigned: Assigned,
    keeping: KeepingBus,
):
    bus.fire(work())  # -> unsure receiver
    bus.emit(work())  # -> unsure conditional
    bus.again()  # -> unsure receiver
    plain.fire(work())  # -> dropped wrapper
    lone.fire(work())  # -> dropped wrapper
    queued.fire(work())  # -> unsure receiver
    deep.fire(work())  # -> unsure receiver
    flagged.fire(work())  # -> dropped wrapper
    flagged.fire(work(), keep=True)  # -> unsure receiver
    assigned.fire(work())  # -> unsure receiver
    keeping.fire(work())  # -> managed wrapper


async def awaited(bus: Bus):
    await bus.fire(work())  # -> held awaited


def instances(flag):
    new = Bus()
    new.fire(work())  # -> dropped wrapper
    Bus().fire(work())  # -> dropped wrapper
    bus.Bus().fire(work())  # -> dropped wrapper
    BUS.fire(work())  # -> dropped wrapper
    one = Bus() if flag else Bus()
    one.fire(work())  # -> dropped wrapper
    typed: Bus = Bus()
    typed.fire(work())  # -> dropped wrapper
    Bus.fire(None, work())  # -> dropped wrapper


def other(make) -> Bus:
    return make()


def got(make):
    typed: Bus = other(make)
    typed.fire(work())  # -> unsure rebinding


def unpacked(*buses: Bus):
    for bus in buses:
        bus.fire(work())


class App:
    bus_class = Bus

    def __init__(self, bus: Bus | None = None):
        self.bus = bus or Bus()
        self.own = Bus()
        self.made = self.bus_class()

    @property
    def current(self) -> Bus:
        return self.bus

    def go(self):
        self.bus.fire(work())  # -> unsure receiver
        self.own.fire(work())  # -> dropped wrapper
        self.made.fire(work())  # -> unsure receiver
        self.current.fire(work())  # -> unsure receiver
        self.bus_class().fire(work())  # -> unsure receiver


def later(loop, bus: Bus, plain: Plain):
    loop.call_soon(bus.fire, work())  # -> unsure receiver
    loop.call_soon(plain.fire, work())  # -> dropped passed-uncalled
