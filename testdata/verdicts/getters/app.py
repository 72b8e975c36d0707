"""Wrappers that are reached through getters of another file."""

from buses import Rack, System


async def work(): ...


class App:
    def __init__(self, system: System, rack: Rack):
        self.system = system
        self.rack = rack

    def start(self):
        self.system.bus.fire(work())  # -> dropped wrapper
        self.system.get_bus().fire(work())  # -> dropped wrapper
        self.rack.bus.fire(work())  # -> dropped wrapper
        self.system.bus.post("x")
        self.system.loop.create_task(work())  # -> unsure receiver
        self.system.other.fire(work())
        self.system.checked_bus.fire(work())
