"""Receivers whose types are declared in other files."""

import asyncio

from base import Base
from bus import make, make_core


class Child(Base):
    def go(self):
        self.sys_bus.fire_event("x")  # -> dropped wrapper
        self.quoted.fire_event("x")  # -> dropped wrapper
        self.get_bus().fire_event("x")  # -> dropped wrapper
        self.sys_bus.link().kick()  # -> dropped wrapper
        self.declared.kick()  # -> dropped wrapper
        self.made.kick()  # -> dropped wrapper
        self.untyped.fire_event("x")
        self.several.fire_event("x")
        return self.sys_bus.fire_event("x")  # -> held returned


class Keeps(Base):
    def go(self):
        self.task = self.sys_bus.fire_event("x")  # -> held attribute


class Other(Base):
    @property
    def sys_bus(self):
        return self.core.other

    def go(self):
        self.sys_bus.fire_event("x")


async def main():
    core = await make()
    core.kick()  # -> dropped wrapper
    (await asyncio.wait_for(make(), 1)).kick()  # -> dropped wrapper
    await core.kick()  # -> held awaited


def start(loop):
    core = asyncio.run(make())
    core.kick()  # -> dropped wrapper
    asyncio.run(make()).kick()  # -> dropped wrapper
    other = loop.run_until_complete(make())
    other.kick()  # -> dropped wrapper
    make_core().kick()  # -> dropped wrapper
