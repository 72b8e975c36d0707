"""Callers of wrappers, through imports, re-exports, bases and mixins."""

import shop
from shop import spawn as start
from shop.spawning import (
    Base,
    dispatch,
    ensure_future,
    several,
    shared,
    spawn_if_named,
    spawn_for_a_while,
    spawn_kept,
    spawn_or_wait,
    spawn_shielded,
    spawn_twice_removed,
    spawn_unless_closed,
)


async def calls(work, works):
    start(work())  # -> dropped wrapper
    shop.spawn(work())  # -> dropped wrapper
    spawn_twice_removed(work())  # -> dropped wrapper
    spawn_kept(work())  # -> managed wrapper
    shop.spawn_kept(work())  # -> managed wrapper
    ensure_future(work())  # -> managed wrapper
    spawn_if_named(work())  # -> dropped wrapper
    spawn_if_named(work(), name="x")  # -> managed wrapper
    await start(work())  # -> held awaited
    await dispatch(work)  # -> dropped wrapper
    await dispatch(work, inline=True)
    shared(works)
    spawn_shielded(work())  # -> dropped wrapper
    await spawn_shielded(work())  # -> held awaited
    spawn_or_wait(shop, work())  # -> unsure conditional
    spawn_unless_closed(shop, work())  # -> unsure conditional
    stop = spawn_for_a_while(work())
    stop()
    several(works)  # -> dropped wrapper


class Child(Base):
    def run(self, work):
        self.fire(work())  # -> dropped wrapper
        self.task = self.fire(work())  # -> held attribute

    async def tell(self, work):
        await self.send(work)  # -> dropped wrapper


class Mixin:
    def kick(self, work):
        self.fire(work())  # -> dropped wrapper


class Whole(Mixin, Base):
    pass


def typed(base: Base, work):
    base.fire(work())  # -> dropped wrapper


def untyped(base, work):
    base.fire(work())
