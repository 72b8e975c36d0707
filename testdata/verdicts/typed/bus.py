"""Objects with wrappers, and functions that return such objects."""

import asyncio


class Bus:
    def fire_event(self, name):
        return asyncio.create_task(self._fire(name))  # -> held returned

    def link(self) -> "Core":
        return Core()

    async def _fire(self, name): ...


class Core:
    async def stop(self): ...

    def kick(self):
        return asyncio.create_task(self.stop())  # -> held returned


async def make() -> Core:
    return Core()


def make_core() -> Core:
    return Core()
