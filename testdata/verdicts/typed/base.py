"""Properties and attributes whose types are known by their annotations only."""

from functools import cached_property

from bus import Bus, Core, make_core


class Base:
    declared: Core

    def __init__(self, core):
        self.core = core
        self.made = make_core()

    @property
    def sys_bus(self) -> Bus:
        return self.core.bus

    @cached_property
    def quoted(self) -> "Bus | None":
        return self.core.bus

    @property
    def untyped(self):
        return self.core.something

    @property
    def several(self) -> Bus | Core:
        return self.core.something

    def get_bus(self) -> Bus:
        return self.core.bus
